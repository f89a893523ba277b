import type { RequestListener } from 'node:http';
import type {
  SocketOptions,
  SocketConnections,
  SocketIoTransport,
} from '@sealpost/adapter-socketio';
import type { CookieCredentials, EdgeOptions } from '@sealpost/adapter-express';
import type { JoseAccessTokens } from '@sealpost/adapter-jose';
import type { Argon2PasswordHasher } from '@sealpost/adapter-password';
import type { PrometheusMeter } from '@sealpost/adapter-prometheus';
import type * as domain from '@sealpost/domain';
import type { ServiceIdentifier } from 'inversify';
import type { Backends } from '../backends/backends.ts';
import type { Config } from '../config/schema.ts';
import type { ServerLog } from '../log/log-record.ts';
import type { HealthWatch } from '../runtime/health-watch.ts';
import type { Readiness } from '../runtime/readiness.ts';
import type { Address } from '../runtime/address.ts';
import type { Incarnation } from '../runtime/incarnation.ts';
import type { Recurring } from '../runtime/recurring.ts';

/** The type is part of the token: what is bound to it, and where it is injected, must agree for the compiler. */
const token = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

/** Everything that is composed. */
export const TOKENS = {
  config: token<Config>('config'),
  limits: token<domain.Limits>('limits'),
  log: token<ServerLog>('log'),

  clock: token<domain.Clock>('clock'),
  timers: token<domain.Timers>('timers'),
  turn: token<domain.Turn>('turn'),
  random: token<domain.RandomSource>('random'),
  digest: token<domain.Digest>('digest'),
  verifier: token<domain.SignatureVerifier>('verifier'),
  meter: token<PrometheusMeter>('meter'),

  backends: token<Backends>('backends'),
  healthWatch: token<HealthWatch>('healthWatch'),
  healthCare: token<Recurring>('healthCare'),
  storedLog: token<domain.ConversationLog>('storedLog'),
  index: token<domain.ConversationIndex>('index'),
  cursors: token<domain.CursorStore>('cursors'),
  keys: token<domain.KeyDirectory>('keys'),
  accounts: token<domain.AccountStore>('accounts'),
  devices: token<domain.DeviceStore>('devices'),
  sessions: token<domain.SessionStore>('sessions'),
  signingKeys: token<domain.SigningKeyStore>('signingKeys'),
  deployment: token<domain.DeploymentStore>('deployment'),

  fanOut: token<domain.FanOut>('fanOut'),
  presence: token<domain.PresenceLeases>('presence'),
  process: token<string>('process'),

  throttle: token<domain.Throttle>('throttle'),
  sharedLimiter: token<domain.RateLimiter>('sharedLimiter'),
  limitCare: token<Recurring>('limitCare'),

  passwords: token<Argon2PasswordHasher>('passwords'),
  accessTokens: token<JoseAccessTokens>('accessTokens'),
  revokedSessions: token<domain.RevokedSessions>('revokedSessions'),
  authenticate: token<domain.Authenticate>('authenticate'),
  identifyCaller: token<domain.IdentifyCaller>('identifyCaller'),
  enrolDevice: token<domain.EnrolDevice>('enrolDevice'),
  endDevices: token<domain.EndDevices>('endDevices'),
  accountDirectory: token<domain.AccountDirectory>('accountDirectory'),
  importAccounts: token<domain.ImportAccounts>('importAccounts'),

  keyCare: token<Recurring>('keyCare'),

  incarnation: token<Incarnation>('incarnation'),
  incarnationCare: token<Recurring>('incarnationCare'),
  conversationLog: token<domain.CachedLog>('conversationLog'),
  appendEntry: token<domain.AppendEntry>('appendEntry'),
  readLog: token<domain.ReadLog>('readLog'),
  describeConversation: token<domain.DescribeConversation>('describeConversation'),
  listConversations: token<domain.ListConversations>('listConversations'),
  workRosterTasks: token<domain.WorkRosterTasks>('workRosterTasks'),
  rosterWork: token<Recurring>('rosterWork'),
  cutExpired: token<domain.CutExpired>('cutExpired'),
  forgetSessions: token<domain.ForgetSessions>('forgetSessions'),
  retentionWork: token<Recurring>('retentionWork'),

  uploadBundles: token<domain.UploadBundles>('uploadBundles'),
  claimBundles: token<domain.ClaimBundles>('claimBundles'),
  checkBundles: token<domain.CheckBundles>('checkBundles'),

  deliveryLoops: token<domain.DeliveryLoops>('deliveryLoops'),
  discover: token<domain.Discover>('discover'),
  moveCursors: token<domain.MoveCursors>('moveCursors'),
  readReceipts: token<domain.ReadReceipts>('readReceipts'),
  sharePresence: token<domain.SharePresence>('sharePresence'),
  holdConnections: token<domain.HoldConnections>('holdConnections'),
  deliverEntries: token<domain.DeliverEntries>('deliverEntries'),
  receiveHints: token<domain.ReceiveHints>('receiveHints'),

  useCases: token<domain.UseCases>('useCases'),
  address: token<Address>('address'),
  csrfSecret: token<Uint8Array>('csrfSecret'),
  cookies: token<CookieCredentials>('cookies'),
  edgeSettings: token<EdgeOptions>('edgeSettings'),
  socketBounds: token<SocketOptions>('socketBounds'),
  socketSettings: token<SocketOptions>('socketSettings'),
  connections: token<SocketConnections>('connections'),
  sockets: token<SocketIoTransport>('sockets'),
  httpApp: token<RequestListener>('httpApp'),
  readiness: token<Readiness>('readiness'),
} as const;
