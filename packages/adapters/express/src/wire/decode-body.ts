import { ok, refuse, type Result } from '@sealpost/domain';
import { CodecError, decodeMsgpack, encodeMsgpack, type WireRefusal } from '@sealpost/protocol';
import { edgeNames } from '@sealpost/protocol/reference';

/** Far more than any call needs; each costs memory beyond its bytes, and a finding of the schema if it is wrong. */
const maxValues = 50_000;

const problems = {
  msgpack:
    'must be one MessagePack value of maps, arrays, text, numbers, binaries, booleans and nil, without extensions',
  json: 'must be JSON text in UTF-8, whose strings are well-formed',
  many: `must hold at most ${maxValues} values`,
} as const;

const invalid = (problem: string): Result<never, WireRefusal> =>
  refuse({ code: 'invalid_request', issues: [{ path: 'body', problem }] });

const structural = new Uint8Array(256);
for (const byte of Buffer.from(',:[{')) structural[byte] = 1;

/** No less than the values in a JSON text; characters within strings are counted too. */
function valuesAtMost(text: Uint8Array): number {
  let values = 1;
  for (const byte of text) values += structural[byte] ?? 0;
  return values;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function fromJson(bytes: Uint8Array): Result<unknown, WireRefusal> {
  if (valuesAtMost(bytes) > maxValues) return invalid(problems.many);
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    // What MessagePack has no form for is not taken as JSON either: dangerous keys, great depth, broken text.
    encodeMsgpack(value);
    return ok(value);
  } catch {
    return invalid(problems.json);
  }
}

function fromMsgpack(bytes: Uint8Array): Result<unknown, WireRefusal> {
  try {
    return ok(decodeMsgpack(bytes, { maxBytes: bytes.length, maxValues }));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return invalid(error.reason === 'too_many' ? problems.many : problems.msgpack);
  }
}

/** The value of a body, by its `content-type`. */
export function decodeBody(
  bytes: Uint8Array,
  headers: {
    readonly 'content-type'?: string | undefined;
    readonly 'content-encoding'?: string | undefined;
  },
): Result<unknown, WireRefusal> {
  const encoding = headers['content-encoding'] ?? 'identity';
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (encoding.toLowerCase() !== 'identity') return refuse({ code: 'unsupported_media_type' });
  if (type === edgeNames.msgpack) return fromMsgpack(bytes);
  return type === edgeNames.json ? fromJson(bytes) : refuse({ code: 'unsupported_media_type' });
}
