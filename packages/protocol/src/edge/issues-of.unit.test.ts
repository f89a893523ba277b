import { calls } from '@sealpost/protocol';
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { issuesOf } from './issues-of.ts';

const told = (schema: z.ZodType, value: unknown) =>
  issuesOf(schema.safeParse(value).error?.issues ?? [], schema, 'body');

const marker = 'swordfish';

describe('what is wrong with a body', () => {
  it('is told for each kind of value by what is allowed', () => {
    const body = {
      kind: marker,
      class: 'loud',
      clientId: ' ',
      after: 3,
      generation: -1,
      epoch: 1.5,
      change: null,
      blobs: Array.from({ length: 65 }, () => 'a'),
      parts: [
        { audience: marker, bytes: 5 },
        { audience: [], bytes: '+' },
      ],
    };
    expect(told(calls.append.body, body)).toEqual([
      { path: 'body.kind', problem: 'must be "created" or "message" or "roster" or "commit"' },
      { path: 'body.clientId', problem: 'must match /^[A-Za-z0-9_-]{1,64}$/' },
      { path: 'body.after', problem: 'must be text' },
      { path: 'body.generation', problem: 'must be at least 0' },
      { path: 'body.epoch', problem: 'must be a whole number' },
      { path: 'body.blobs', problem: 'must have at most 64 elements' },
      { path: 'body.parts.0.audience', problem: 'must be "all" or "joiners" or an array' },
      { path: 'body.parts.0.bytes', problem: 'must be bytes or text' },
      { path: 'body.parts.1.audience', problem: 'must have at least 1 elements' },
      { path: 'body.parts.1.bytes', problem: 'must match /^[A-Za-z0-9_-]*$/' },
    ]);
  });

  it('is told of unknown fields by the known ones of that place', () => {
    const proof = { device: 'a', issuedAt: 1, signature: new Uint8Array(64), [marker]: 1 };
    const body = { handle: 'a', password: 'b', deviceName: 'c', proof };
    expect(told(calls.logIn.body, body)).toEqual([
      { path: 'body.proof', problem: 'must have no fields but device, issuedAt, signature' },
    ]);
    expect(told(calls.serverInformation.query, { [marker]: 1 })).toEqual([
      { path: 'body', problem: 'must have no fields but none' },
    ]);
  });

  it('is told for the first twenty places', () => {
    expect(told(calls.append.body, { blobs: Array.from({ length: 60 }, () => 1) })).toHaveLength(
      20,
    );
  });

  const marked = fc.object({
    key: fc.constantFrom(marker, 'handle', 'parts', 'change', 'proof', 'oneTime'),
    values: [fc.constant(marker), fc.nat(), fc.constant(null)],
  });
  property.prop([fc.constantFrom(...Object.values(calls)), marked])(
    'never repeats what was sent',
    (call, value) => {
      expect(JSON.stringify(told(call.body, value))).not.toContain(marker);
    },
  );
});
