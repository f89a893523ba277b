export * from './builders/append.ts';
export * from './builders/bytes.ts';
export * from './builders/ids.ts';
export * from './arbitraries/append.ts';
export * from './arbitraries/change.ts';
export * from './arbitraries/ids.ts';
export { conversationLogContract } from './contracts/conversation-log.contract.ts';
export { keyDirectoryContract } from './contracts/key-directory.contract.ts';
export { cursorStoreContract } from './contracts/cursor-store.contract.ts';
export { conversationIndexContract } from './contracts/conversation-index.contract.ts';
export type {
  FanOutSubject,
  PresenceLeasesSubject,
  StoresSubject,
  Subject,
} from './contracts/subject.ts';
export {
  localStoreContract,
  type LocalStorePlace,
  type LocalStoreSubject,
} from './contracts/local-store.contract.ts';
export * from './builders/bundle.ts';
