/** Two members of a group, of whom one encrypts and the other decrypts. */
export interface Talk {
  /** Sends a plaintext from one to the other. @throws Error if something else comes out. */
  exchange(plaintext: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export function assertSame(sent: Uint8Array, received: Uint8Array): void {
  if (Buffer.compare(sent, received) !== 0)
    throw new Error('what was decrypted is not what was encrypted');
}
