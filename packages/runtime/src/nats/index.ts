export { natsTransport, type NatsTransportOptions } from './transport.js'
export { startNatsPublisher } from './publisher.js'
export type { NatsPublisher, NatsPublisherOptions, NatsPublisherState } from './publisher-options.js'
