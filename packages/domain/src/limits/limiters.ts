import type { Limiter } from './limiter.ts';
import type { Allowance } from './rate-limiter.port.ts';

const second = 1_000;
const minute = 60 * second;

/** Guesses and drains count in the whole deployment, and are refused rather than not counted. */
const guarded = { counted: 'deployment', onFailure: 'closed', points: 'times' } as const;
/** What people do all the time counts in each process, and goes on rather than stopping with a limiter. */
const swift = { counted: 'process', onFailure: 'open', points: 'times' } as const;

const bucket = (burst: number, refill: number, everyMs: number): Allowance => ({
  burst,
  refill,
  everyMs,
});

const catalogue = {
  credentialsByNetwork: {
    ...guarded,
    ...bucket(120, 1, second),
    per: 'network',
    meaning:
      'Log-ins, right or wrong, and registrations: passwords tried over many handles, accounts made by a mill. A firm behind one address gets in.',
  },
  credentialsByHandle: {
    ...guarded,
    ...bucket(20, 1, minute),
    per: 'handle',
    meaning: 'The same for one handle: passwords tried from many addresses.',
  },
  refreshesByNetwork: {
    ...swift,
    ...bucket(1_200, 20, second),
    per: 'network',
    meaning: 'Tokens renewed. They cannot be guessed; this keeps the store free.',
  },
  lookUpsByAccount: {
    ...guarded,
    ...bucket(120, 2, second),
    per: 'account',
    meaning: 'Accounts looked up by handle: collecting who is there.',
  },
  lookUpsByNetwork: {
    ...guarded,
    ...bucket(600, 10, second),
    per: 'network',
    meaning: 'The same by many accounts of one address.',
  },
  claimsByPair: {
    ...guarded,
    ...bucket(20, 1, 20 * minute),
    per: 'account and claimed account',
    meaning:
      'Key bundles claimed of an account by another, which happens when a conversation begins or somebody joins. One account alone cannot use up the one-time bundles of a device that comes back now and then.',
  },
  deviceLinks: {
    ...guarded,
    ...bucket(24, 1, minute),
    per: 'account',
    meaning:
      'Steps by which a device asks to be linked or is offered it, two for each link: few chances at the six digits.',
  },
  foundings: {
    ...guarded,
    ...bucket(200, 1, 10 * second),
    per: 'account',
    meaning: 'Conversations made. Each costs its members a notice and the store a log.',
  },
  messages: {
    ...swift,
    ...bucket(300, 10, second),
    per: 'account and conversation',
    meaning: 'Messages sent. More than anybody types, and a flood that the others can still read.',
  },
  changes: {
    ...swift,
    ...bucket(600, 5, second),
    per: 'account',
    meaning:
      'Changes of members and keys. A device that was restored enters its conversations again, one after another.',
  },
  inboundBytes: {
    ...swift,
    ...bucket(65_536, 16_384, 16 * second),
    points: 'KiB',
    per: 'account',
    meaning: 'Ciphertext stored: 64 MiB at once, then 1 MiB each second.',
  },
  bundleUploads: {
    ...swift,
    ...bucket(60, 1, 10 * second),
    per: 'device',
    meaning: 'Uploads of key bundles, each as many as a device may leave.',
  },
  typing: {
    ...swift,
    ...bucket(60, 5, second),
    per: 'device',
    meaning: 'Signs of typing, which the members are told at once.',
  },
  calls: {
    ...swift,
    ...bucket(6_000, 200, second),
    per: 'account',
    meaning:
      'Every other call of a device that is logged in. A device that was away for long asks for thousands of pages.',
  },
  handshakesByNetwork: {
    ...swift,
    ...bucket(2_000, 500, second),
    per: 'network',
    meaning: 'Sockets opened. As fast as clients come back when a process was replaced.',
  },
} as const satisfies Record<string, Limiter>;

export type LimiterName = keyof typeof catalogue;

/** Every rate that a server holds, by its name in the configuration and the metrics (G16). */
export const limiters: Readonly<Record<LimiterName, Limiter>> = catalogue;

export const limiterNames = Object.keys(catalogue) as LimiterName[];

export type Rates = Readonly<Record<LimiterName, Allowance>>;

/** What is allowed where an operator sets nothing. */
export const defaultRates = Object.fromEntries(
  Object.entries(catalogue).map(([name, { burst, refill, everyMs }]) => [
    name,
    { burst, refill, everyMs },
  ]),
) as Rates;
