/** The key that the bytes of one file are sealed under, enciphered by a wrapping key. */
export interface WrappedKey {
  /** Which wrapping key opens it. */
  wrappingKey: string
  wrapped: Buffer
}

/**
 * Wraps the data keys of key files: 32 bytes each, one for each file. The place where a key management service comes in
 * (envelope encryption; NIST SP 800-57 part 1, 5.3.5). `context` says whose data key it is, and must be the same for both.
 */
export interface KeyEncryption {
  /** The wrapping key that new data keys get, as of this moment: another process may have changed it. */
  activeId(): Promise<string>
  wrap(dataKey: Buffer, context: string): Promise<WrappedKey>
  /**
   * The data key; who is given it overwrites it after use.
   * @throws wrapping_key_unknown, wrapped_key_unreadable
   */
  unwrap(wrapped: WrappedKey, context: string): Promise<Buffer>
}
