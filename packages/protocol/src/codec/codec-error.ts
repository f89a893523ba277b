export type CodecErrorReason =
  /** The value holds something that the wire has no form for. */
  | 'unencodable'
  /** Truncated, followed by more bytes, an unknown type byte, text that is not UTF-8, an integer that is not exact. */
  | 'malformed'
  | 'too_deep'
  | 'too_large'
  /** More values than the limit. */
  | 'too_many'
  /** A map key that is not text, or that would reach a prototype. */
  | 'forbidden_key'
  /** An extension type; the wire has none. */
  | 'extension'
  /** Well-formed, but not a packet of the socket protocol. */
  | 'invalid_packet';

/** The only error of the codec. It never carries any of the bytes or values that it refuses. */
export class CodecError extends Error {
  readonly reason: CodecErrorReason;
  constructor(reason: CodecErrorReason) {
    super(`codec refused: ${reason}`);
    this.name = 'CodecError';
    this.reason = reason;
  }
}
