export { canonicalBytes, type CanonicalField } from './canonical.ts';
export { deviceCertificateBytes, type DeviceClaim } from './certificate.ts';
export { CodecError, type CodecErrorReason } from './codec/codec-error.ts';
export { decodeMsgpack, type DecodeLimits } from './codec/decode-msgpack.ts';
export { encodeMsgpack } from './codec/encode-msgpack.ts';
export { socketParser, type SocketPacket } from './codec/socket-parser.ts';
