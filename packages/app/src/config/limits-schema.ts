import { defaultLimits, type Limits } from '@sealpost/domain';
import { z } from 'zod';

const KiB = 1024;
const MiB = 1024 * KiB;
const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

const limit = (
  key: keyof Limits,
  description: string,
  [minimum, maximum]: readonly [number, number],
) => z.int().min(minimum).max(maximum).default(defaultLimits[key]).meta({ description });

/**
 * Every limit of the domain; one that is missing here, or that the domain does not know, does not compile.
 * The upper bounds are what the protocol can carry.
 */
export const limits = {
  messageBytes: limit('messageBytes', 'Largest ciphertext of a message, all its parts together.', [
    1 * KiB,
    1 * MiB,
  ]),
  changeBytes: limit(
    'changeBytes',
    'Largest ciphertext of an entry that changes members or keys. Not below messageBytes.',
    [1 * KiB, 8 * MiB],
  ),
  devicesPerAccount: limit('devicesPerAccount', 'Certified devices of an account.', [1, 100]),
  pendingDevicesPerAccount: limit(
    'pendingDevicesPerAccount',
    'Devices of an account that logged in and wait to be approved.',
    [1, 100],
  ),
  devicesPerConversation: limit('devicesPerConversation', 'Devices in a conversation.', [2, 512]),
  oneTimeBundles: limit(
    'oneTimeBundles',
    'One-time key bundles that a device may leave for each suite.',
    [1, 1_000],
  ),
  bundleBytes: limit('bundleBytes', 'Largest key bundle.', [1 * KiB, 64 * KiB]),
  refillBelow: limit(
    'refillBelow',
    'Devices upload one-time bundles when they have fewer. Not above oneTimeBundles.',
    [1, 1_000],
  ),
  pageEntries: limit('pageEntries', 'Entries in one page of a log.', [1, 1_000]),
  pageBytes: limit(
    'pageBytes',
    'A page of a log ends with the entry by which it has so many bytes.',
    [64 * KiB, 64 * MiB],
  ),
  discoveryPage: limit(
    'discoveryPage',
    'Conversations in one page of what a device has missed.',
    [1, 1_000],
  ),
  receiptMembers: limit(
    'receiptMembers',
    'Receipts are pushed in conversations of at most so many members; in larger ones they are asked for.',
    [0, 1_000],
  ),
  linkPackageBytes: limit(
    'linkPackageBytes',
    'Largest sealed package that a device leaves for one that it approves.',
    [1 * KiB, 64 * KiB],
  ),
  linkPackageMs: limit('linkPackageMs', 'How long such a package waits.', [minute, day]),
  accessTokenMs: limit(
    'accessTokenMs',
    'Life of an access token. Revocations of this span are kept in memory.',
    [10 * second, 10 * minute],
  ),
  refreshTokenMs: limit('refreshTokenMs', 'Life of a refresh token that is not used.', [
    10 * minute,
    3_650 * day,
  ]),
  refreshGraceMs: limit(
    'refreshGraceMs',
    'How long the answer to a refresh may be asked for again.',
    [0, 10 * minute],
  ),
  handleQuarantineMs: limit(
    'handleQuarantineMs',
    'How long the handle of a deleted account cannot be taken.',
    [0, 3_650 * day],
  ),
} as const satisfies Record<keyof Limits, z.ZodType>;
