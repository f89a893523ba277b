/**
 * For each port that has suites the titles of these, before the colon and the name of what they are run on. It is data,
 * so that a report can be read where no suite can be loaded.
 */
export const suiteTitles = {
  ConversationLog: ['ConversationLog', 'ConversationLog against its model'],
  ConversationIndex: ['ConversationIndex'],
  CursorStore: ['CursorStore'],
  KeyDirectory: ['KeyDirectory', 'KeyDirectory against its model'],
  AccountStore: ['AccountStore'],
  DeviceStore: ['DeviceStore'],
  SessionStore: ['SessionStore'],
  SigningKeyStore: ['SigningKeyStore'],
  DeploymentStore: ['DeploymentStore'],
  FanOut: ['FanOut'],
  PresenceLeases: ['PresenceLeases'],
  RateLimiter: ['RateLimiter'],
  LocalStore: ['LocalStore'],
  CryptoEngine: ['CryptoEngine'],
} as const;

export type SuitedPort = keyof typeof suiteTitles;
