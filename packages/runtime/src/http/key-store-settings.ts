/** Where the keys of what is personal are, and what wraps them. */
export interface KeyStoreSettings {
  /** The folder of the service's key store; fits `fileKeyStore()`. */
  readonly directory: string
  /** The file of its key-encryption keys, which `freehold apply` made; fits `fileKeyStore()`. */
  readonly encryption: string
}

/** Reads KEY_STORE_DIRECTORY and KEY_ENCRYPTION_FILE, which a service that keeps something personal cannot do without. */
export function keyStoreSettings(env: Readonly<Record<string, string | undefined>>): {
  readonly keyStore?: KeyStoreSettings
  readonly problems: readonly string[]
} {
  const directory = env['KEY_STORE_DIRECTORY']
  const encryption = env['KEY_ENCRYPTION_FILE']
  if (directory && encryption) return { keyStore: { directory, encryption }, problems: [] }
  return {
    problems: [
      ...(directory ? [] : ['KEY_STORE_DIRECTORY must say where the keys of personal data are.']),
      ...(encryption ? [] : ['KEY_ENCRYPTION_FILE must name the file that wraps those keys.']),
    ],
  }
}
