import type { JsonSchema } from '@freehold/manifest'

/** Points at another part of the document. */
export interface Ref {
  readonly $ref: string
}

/** An AsyncAPI 3.0 document, as far as a manifest decides it. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly defaultContentType: string
  /** By the type of the event, which is the address too. */
  readonly channels: Readonly<Record<string, AsyncApiChannel>>
  readonly operations: Readonly<Record<string, AsyncApiOperation>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly messages: Readonly<Record<string, AsyncApiMessage>>
  }
}

/** Where events of one type travel: its address is the type. */
export interface AsyncApiChannel {
  readonly address: string
  readonly description: string
  readonly messages: Readonly<Record<string, Ref>>
}

/** What a service does with an event: it sends what it publishes, and receives what it consumes. */
export interface AsyncApiOperation {
  readonly action: 'send' | 'receive'
  readonly summary?: string
  readonly channel: Ref
  readonly messages: readonly Ref[]
}

/** An event: its data is the payload, its CloudEvents attributes are the headers. */
export interface AsyncApiMessage {
  readonly name: string
  readonly summary?: string
  readonly contentType: string
  readonly headers: JsonSchema
  readonly payload: Ref
}
