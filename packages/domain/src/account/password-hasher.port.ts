/** Hashes passwords, slowly on purpose. */
export interface PasswordHasher {
  /** A PHC string of the current scheme. */
  hash(password: string): Promise<string>;
  /** `outdated`: it matches, but the hash should be replaced by a fresh one. Unknown schemes never match. */
  verify(password: string, hash: string): Promise<'match' | 'outdated' | 'mismatch'>;
  /** Takes as long as `verify` and never matches: for handles that do not exist. */
  verifyNothing(password: string): Promise<'mismatch'>;
  /** Whether a hash from elsewhere can be verified here. */
  accepts(hash: string): boolean;
}
