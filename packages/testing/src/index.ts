export * from './builders/append.ts';
export * from './builders/bytes.ts';
export * from './builders/ids.ts';
export * from './arbitraries/append.ts';
export * from './arbitraries/change.ts';
export * from './arbitraries/ids.ts';
export { conversationLogContract } from './contracts/conversation-log.contract.ts';
export { presenceLeasesContract } from './contracts/presence-leases.contract.ts';
export { rateLimiterContract, testRates } from './contracts/rate-limiter.contract.ts';
export { fanOutContract } from './contracts/fan-out.contract.ts';
export { deploymentStoreContract } from './contracts/deployment-store.contract.ts';
export { signingKeyStoreContract } from './contracts/signing-key-store.contract.ts';
export { sessionStoreContract } from './contracts/session-store.contract.ts';
export { deviceStoreContract } from './contracts/device-store.contract.ts';
export { accountStoreContract } from './contracts/account-store.contract.ts';
export { keyDirectoryContract } from './contracts/key-directory.contract.ts';
export { cursorStoreContract } from './contracts/cursor-store.contract.ts';
export { conversationIndexContract } from './contracts/conversation-index.contract.ts';
export type {
  FanOutSubject,
  PresenceLeasesSubject,
  RateLimiterSubject,
  StoresSubject,
  Subject,
} from './contracts/subject.ts';
export {
  localStoreContract,
  type LocalStorePlace,
  type LocalStoreSubject,
} from './contracts/local-store.contract.ts';
export * from './builders/bundle.ts';
export {
  cryptoEngineContract,
  type CryptoEngineSubject,
} from './contracts/crypto-engine.contract.ts';
export {
  mlsAdversarialContract,
  type AdversarialSubject,
} from './contracts/crypto-engine-adversarial.contract.ts';
export type { CommitTrick, EngineAttacks } from './contracts/crypto-engine/adversarial/attacks.ts';
export { EngineDevice } from './engine/engine-device.ts';
export { deviceIdsOf, Lab, textsOf, type LabChange } from './engine/lab.ts';
export { ModelLog, type LogEntry } from './engine/model-log.ts';
export * from './builders/account.ts';
export { logModelSuite } from './models/log.model.ts';
export { keyDirectoryModelSuite } from './models/key-directory.model.ts';
export * from './fixtures/commands.ts';
export { CountedRandom } from './fixtures/counted-random.ts';
export { aFault, Breaker } from './fixtures/faults.ts';
export * from './fixtures/forged-token.ts';
export { overriding } from './fixtures/overriding.ts';
export { RecordedConnections } from './fixtures/recorded-connections.ts';
export { RecordedFanOut } from './fixtures/recorded-fan-out.ts';
export { RuleLog } from './fixtures/rule-log.ts';
export { type Attempt, anyAttempts } from './fixtures/attempts.ts';
export { anyBeginning, play } from './fixtures/small-world.ts';
export { worldDevices, worldLimit } from './fixtures/world-names.ts';
export { knownRevocations } from './fixtures/known-revocations.ts';
export { exhausted, TallyLimits, unlimited } from './fixtures/throttles.ts';
export { TallyMeter } from './fixtures/tally-meter.ts';
export * from './fixtures/test-crypto.ts';
export { TestDeployment } from './fixtures/test-deployment.ts';
export { aProcess, lanesOver, type TestProcess, testTurn } from './fixtures/test-process.ts';
export { TestTime } from './fixtures/test-time.ts';
export { expectSilentFailure, marker } from './contracts/silence.ts';
export { turn } from './contracts/turn.ts';
export { adapterContract, type AdapterSubject } from './contracts/adapter.contract.ts';
export { anAdapterHost } from './fixtures/adapter-host.ts';
export { openAdapter, portOf, storesAround } from './fixtures/open-adapter.ts';
export { portsOfOneAdapter, suitesOfPorts } from './contracts/registry.ts';
