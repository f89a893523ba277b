import { aFounding, RuleLog } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState } from './state-codec.ts';

const log = new RuleLog();
log.must(
  aFounding(
    'group',
    { account: '__proto__', device: 'constructor' },
    {
      conversation: 'conversation-1',
      members: [{ account: 'toString', role: 'member' }],
    },
  ),
);

describe('a stored state', () => {
  it('has one form; a change of it raises its version', () => {
    expect(encodeState(log.now)).toMatchInlineSnapshot(
      `"{"v":1,"state":{"id":"conversation-1","kind":"group","suite":"plain-1","generation":1,"epoch":1,"version":1,"lastCommit":1,"pace":{"load":1,"at":1760000000000}},"members":[["__proto__","owner",[[1,null]]],["toString","member",[[1,null]]]],"devices":[["constructor","__proto__",[[1,null]]]],"owed":[]}"`,
    );
  });

  it('of another form is not read', () => {
    const other = JSON.stringify({ ...(JSON.parse(encodeState(log.now)) as object), v: 0 });
    expect(decodeState(other)).toBeNull();
    expect(decodeState(encodeState(log.now))).toEqual(log.now);
  });
});
