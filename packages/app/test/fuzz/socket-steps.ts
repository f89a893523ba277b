import { clientEvents, type ClientEvents, handshake } from '@sealpost/protocol';
import { junk, mark } from '@sealpost/testing/hostile';
import fc from 'fast-check';
import { type Any, odd, twisting, values } from './choices.ts';
import type { Credential } from './names.ts';
import type { EventStep, FramesStep } from './steps.ts';

const eventNames = Object.keys(clientEvents) as (keyof ClientEvents)[];
const payloads = (name: keyof ClientEvents): Any =>
  fc.oneof(
    { weight: 3, arbitrary: values.valid(clientEvents[name].payload) },
    { weight: 1, arbitrary: values.almost(clientEvents[name].payload) },
    { weight: 1, arbitrary: junk },
  );
const connectable = fc.constantFrom<Credential>('mallory', 'oscar', 'mallory2');
/** An event on a device’s connection. */
export const eventStep: fc.Arbitrary<EventStep> = fc.oneof(
  ...eventNames.map((name) => ({
    weight: 12,
    arbitrary: anEvent(fc.constant(name), payloads(name)),
  })),
  {
    weight: 1,
    arbitrary: anEvent(
      fc.constantFrom(
        '',
        mark,
        'entries',
        'hello',
        '__proto__',
        'constructor',
        'connect',
        'disconnect',
        'error',
        'toString',
      ),
      junk,
    ),
  },
);

function anEvent(name: fc.Arbitrary<string>, payload: Any): fc.Arbitrary<EventStep> {
  return fc.record({
    kind: fc.constant('event' as const),
    name,
    by: connectable,
    payload,
    twists: twisting,
    more: odd<readonly unknown[]>([], 20, fc.array(junk, { minLength: 1, maxLength: 2 })),
    answered: odd(true, 30, fc.constant(false)),
  });
}

const textFrames = [
  '',
  '0',
  '1',
  '2',
  '2probe',
  '3',
  '4',
  '40',
  '42["send",{}]',
  '451-["x",{"_placeholder":true,"num":0}]',
  '5',
  '6',
  mark,
  'b4AAAA',
  '\u001e',
];
const packet: Any = fc
  .tuple(
    fc.oneof(fc.integer({ min: -1, max: 6 }), junk),
    fc.oneof(fc.tuple(fc.constantFrom(...eventNames, mark), junk), values.valid(handshake), junk),
    fc.oneof(fc.constantFrom<unknown>(null, 0, 1, -1, 2 ** 53 - 1, 2 ** 53, 1.5), junk),
    fc.oneof(
      fc.constantFrom<unknown>(null, '/', '/admin', '/__proto__', `/${'a'.repeat(200)}`, 'x'),
      junk,
    ),
  )
  .chain((whole) => fc.nat({ max: 4 }).map((length) => whole.slice(0, length)));
const frame: Any = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...textFrames) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 6, arbitrary: packet },
  { weight: 1, arbitrary: junk },
);
/** Frames of any sort on a connection of their own. */
export const framesStep: fc.Arbitrary<FramesStep> = fc.record({
  kind: fc.constant('frames'),
  by: fc.constantFrom<Credential>(
    'mallory',
    'oscar',
    'malloryPending',
    'revoked',
    'expired',
    'forged',
    'nobody',
  ),
  before: odd<readonly unknown[]>([], 1, fc.array(frame, { minLength: 1, maxLength: 3 })),
  handshake: odd<unknown>(null, 1, fc.oneof(values.valid(handshake), values.almost(handshake))),
  after: fc.array(frame, { maxLength: 3 }),
});
