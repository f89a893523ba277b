export { MemoryDisk } from './store/memory-disk.ts';
export { MemoryStore } from './store/memory-store.ts';
export { openSealedStore } from './store/sealed-store.ts';
export { LocalStoreError, type LocalStore, type StoredRecord } from './store/local-store.port.ts';
export { AccountKey } from './identity/account-key.ts';
export { issueDeviceCertificate, verifyDeviceCertificate } from './identity/device-certificate.ts';
export {
  answerLink,
  approveLink,
  approverDigits,
  takeReveal,
  type AnswerLinkResult,
  type ApproveLinkResult,
  type ApproverLink,
  type TakeRevealResult,
} from './identity/link-approver.ts';
export { decodeLink, encodeLink, type Link } from './identity/link-codec.ts';
export {
  beginLink,
  confirmDigits,
  joinerDigits,
  openLink,
  revealOf,
  takeAnswer,
  type JoinerLink,
  type OpenLinkResult,
  type TakeAnswerResult,
} from './identity/link-joiner.ts';
export { LINK_EXTRAS_LIMIT_BYTES, LINK_PACKAGE_LIMIT_BYTES } from './identity/link-package.ts';
export type { LinkAnswer, LinkRequest } from './identity/link-transcript.ts';
export {
  acceptAccountKey,
  markVerified,
  pinFirstSeen,
  readPins,
  type AccountKeyRef,
  type Pin,
} from './identity/pins.ts';
export {
  compareSafetyCode,
  safetyCode,
  safetyNumber,
  type SafetyCodeVerdict,
  type SafetyParty,
} from './identity/safety-number.ts';
export {
  judgeConversation,
  type DirectoryAccount,
  type DirectoryDevice,
  type JudgedDevice,
  type Judgement,
  type TrustVerdict,
} from './identity/trust.ts';
export {
  EngineMisuse,
  type Audience,
  type Binding,
  type Bytes,
  type CommitMode,
  type CryptoEngine,
  type DeviceRef,
  type EngineStatus,
  type IncomingEntry,
  type KeyBundle,
  type KeyedDevice,
  type Part,
  type Processed,
  type Records,
  type StagedCommit,
  type Step,
  type UndecryptableReason,
  type Writes,
} from './engine/engine.port.ts';
export { mlsEngine } from './engine/mls/mls-engine.ts';
export { plaintextEngine } from './engine/plaintext/plaintext-engine.ts';
export { PLAINTEXT_SUITE } from './engine/plaintext/suite.ts';
export {
  CONTENT_VERSION,
  TEXT_LIMIT_BYTES,
  type Content,
  type DecodedContent,
  type MessageRef,
  type UnsupportedContent,
} from './content/content.ts';
export { decodeContent, encodeContent, type EncodeContentResult } from './content/content-codec.ts';
export {
  foldContent,
  type ContentEntry,
  type ShownConversation,
  type ShownMessage,
} from './content/fold.ts';

export { Conversation, type Entry, type Message, type Outgoing } from './conversation.ts';
export type { Events } from './core/emitter.ts';
export type { ConversationRecord, DeviceRecord } from './core/records.ts';
export { SealpostError, type ErrorCode, type ErrorKind } from './core/sealpost-error.ts';
export type { Compare } from './devices/link-device.ts';
export { Sealpost, type SealpostPorts } from './sealpost.ts';
export {
  NoAnswer,
  type CallInput,
  type Connection,
  type ConnectionListener,
  type Transport,
} from './transport/transport.port.ts';
export { WebTransport } from './transport/web-transport.ts';
export { webSystem } from './system/web-system.ts';
