import { Named } from '@sealpost/testing/hostile';

/** Whoever sends a case: none of them may change anything of the victims. */
export const attackers = [
  /** Owns `group` and is a member of `carols`; two certified devices, one of which is in no keys, and a pending one. */
  'mallory',
  'mallory2',
  'malloryPending',
  /** A member of `group` and of `carols`. */
  'oscar',
  /** Registered, and certified nothing yet. */
  'newcomer',
] as const;

/** By what a request is authenticated. */
export const credentials = [
  ...attackers,
  'cookies',
  'cookies without their token',
  'revoked',
  'expired',
  'forged',
  'nobody',
] as const;
export type Credential = (typeof credentials)[number];

/** Alice and Bob share nothing with an attacker, Carol does, and Dave takes nothing from Mallory. */
export const victims = ['alice', 'bob', 'carol', 'dave'] as const;

/** Conversations of the world: whose they are is told where they are founded (`cast.ts`). */
export const conversations = ['group', 'carols', 'direct', 'left', 'private', 'self'] as const;
export type ConversationName = (typeof conversations)[number];

export const victimDevices = [
  'alice1',
  'alice2',
  'alicePending',
  'aliceOffered',
  'aliceApproved',
  'bob1',
  'carol1',
  'dave1',
] as const;
export const attackerDevices = [
  'mallory1',
  'mallory2',
  'malloryPending',
  'oscar1',
  'newcomer1',
] as const;

const anId = 'A1-_';
const people = [...victims, 'mallory', 'oscar', 'newcomer'] as const;
const devices = [...victimDevices, ...attackerDevices] as const;

const each = <T extends string>(names: readonly T[], what: string, fields: RegExp, like: unknown) =>
  names.map((name) => new Named(what === '' ? name : `${name}.${what}`, fields, like));

/** All that a case can name of the world. */
export const names: readonly Named[] = [
  ...each(people, 'account', /account|member/i, anId),
  ...each(people, 'handle', /handle/i, 'alice'),
  ...each(devices, 'device', /device|only|audience/i, anId),
  ...each(devices, 'session', /session/i, anId),
  ...each(conversations, '', /conversation/i, anId),
  ...each(['alice1', 'carol1', 'mallory1'], 'clientId', /clientId|after/i, anId),
  ...each(['alice1', 'carol1', 'mallory1'], 'ref', /^ref$/, 'a'.repeat(64)),
  new Named('suite', /suite/i, 'plain-1'),
  new Named('password', /password/i, 'correct horse battery'),
  ...each(['spare', 'oscar1'], 'refreshToken', /token|next/i, 'a'.repeat(64)),
  ...each(['mallory1', 'mallory2', 'oscar1'], 'accessToken', /token/i, 'a.b.c'),
];
