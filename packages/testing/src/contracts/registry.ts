import { keyDirectoryModelSuite } from '../models/key-directory.model.ts';
import { logModelSuite } from '../models/log.model.ts';
import { accountStoreContract } from './account-store.contract.ts';
import { conversationIndexContract } from './conversation-index.contract.ts';
import { conversationLogContract } from './conversation-log.contract.ts';
import { cryptoEngineContract } from './crypto-engine.contract.ts';
import { cursorStoreContract } from './cursor-store.contract.ts';
import { deploymentStoreContract } from './deployment-store.contract.ts';
import { deviceStoreContract } from './device-store.contract.ts';
import { fanOutContract } from './fan-out.contract.ts';
import { keyDirectoryContract } from './key-directory.contract.ts';
import { localStoreContract } from './local-store.contract.ts';
import { presenceLeasesContract } from './presence-leases.contract.ts';
import { rateLimiterContract } from './rate-limiter.contract.ts';
import { sessionStoreContract } from './session-store.contract.ts';
import { signingKeyStoreContract } from './signing-key-store.contract.ts';
import type { SuitedPort } from './suite-titles.ts';

/** For each port the suites that everything which implements it runs whole, by the names under which tests call them. */
export const suitesOfPorts = {
  ConversationLog: { conversationLogContract, logModelSuite },
  ConversationIndex: { conversationIndexContract },
  CursorStore: { cursorStoreContract },
  KeyDirectory: { keyDirectoryContract, keyDirectoryModelSuite },
  AccountStore: { accountStoreContract },
  DeviceStore: { deviceStoreContract },
  SessionStore: { sessionStoreContract },
  SigningKeyStore: { signingKeyStoreContract },
  DeploymentStore: { deploymentStoreContract },
  FanOut: { fanOutContract },
  PresenceLeases: { presenceLeasesContract },
  RateLimiter: { rateLimiterContract },
  LocalStore: { localStoreContract },
  CryptoEngine: { cryptoEngineContract },
} as const satisfies Record<SuitedPort, object>;

/**
 * Ports without a suite: there is one adapter of each, and its own tests prove the specification. Whoever writes the
 * second one writes the suite first.
 */
export const portsOfOneAdapter = [
  'AccessTokens',
  'CertificateBytes',
  'Clock',
  'Connections',
  'Digest',
  'KeyHash',
  'LimitMeter',
  'Meter',
  'PasswordHasher',
  'RandomSource',
  'SignatureVerifier',
  'Timers',
  'Transport',
  'Turn',
] as const;
