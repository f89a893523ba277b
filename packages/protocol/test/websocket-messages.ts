/** One WebSocket frame (RFC 6455 section 5.2), its payload unmasked. */
interface Frame {
  readonly opcode: number;
  readonly final: boolean;
  readonly payload: Buffer;
  readonly end: number;
}

const TEXT = 1;
const BINARY = 2;

function frameAt(stream: Buffer, start: number): Frame {
  const first = stream.readUInt8(start);
  const second = stream.readUInt8(start + 1);
  if ((first & 0x70) !== 0) throw new Error('an extension of WebSocket is in use');
  let at = start + 2;
  let length = second & 0x7f;
  if (length === 126) {
    length = stream.readUInt16BE(at);
    at += 2;
  } else if (length === 127) {
    length = Number(stream.readBigUInt64BE(at));
    at += 8;
  }
  const masked = (second & 0x80) !== 0;
  const mask = masked ? stream.subarray(at, at + 4) : Buffer.alloc(4);
  at += masked ? 4 : 0;
  const payload = stream
    .subarray(at, at + length)
    .map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return {
    opcode: first & 15,
    final: (first & 0x80) !== 0,
    payload: Buffer.from(payload),
    end: at + length,
  };
}

export interface Messages {
  readonly text: string[];
  readonly binary: Buffer[];
  /** Everything that one side sent after the HTTP head, unmasked, frames of every kind. */
  readonly payloads: Buffer;
}

/** Takes one direction of a connection apart, down to the last byte; throws when it is anything but WebSocket frames. */
export function websocketMessages(stream: Buffer): Messages {
  const text: string[] = [];
  const binary: Buffer[] = [];
  const payloads: Buffer[] = [];
  let at = stream.indexOf('\r\n\r\n') + 4;
  while (at < stream.length) {
    const frame = frameAt(stream, at);
    if (!frame.final || frame.end > stream.length) throw new Error('a frame in several pieces');
    if (frame.opcode === TEXT) text.push(frame.payload.toString());
    if (frame.opcode === BINARY) binary.push(frame.payload);
    payloads.push(frame.payload);
    at = frame.end;
  }
  return { text, binary, payloads: Buffer.concat(payloads) };
}
