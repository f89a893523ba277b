export { canonicalBytes, type CanonicalField } from './canonical.ts';
export { deviceCertificateBytes, type DeviceClaim } from './certificate.ts';
export { CodecError, type CodecErrorReason } from './codec/codec-error.ts';
export { decodeMsgpack, type DecodeLimits } from './codec/decode-msgpack.ts';
export { encodeMsgpack } from './codec/encode-msgpack.ts';
export { socketParser, type SocketPacket, withPacket } from './codec/socket-parser.ts';
export * from './http/call.ts';
export { calls, type CallName, type Calls } from './http/calls.ts';
export { lookedUpAtOnce } from './schema/account.ts';
export type * from './schema/account.ts';
export type * from './schema/conversation.ts';
export type * from './schema/entry.ts';
export { toBase64url } from './schema/primitives.ts';
export {
  refusal,
  refusalBody,
  type RefusalCode,
  statusOf,
  type WireRefusal,
} from './schema/refusal.ts';
export * from './socket/events.ts';
export { logInProofBytes } from './log-in-proof.ts';
