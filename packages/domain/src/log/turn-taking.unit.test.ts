import { aCommit, aLeaving, aMessage, many, TestDeployment, TestTime } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { TurnTaking } from './turn-taking.ts';

function aTurn(losses = 3) {
  const time = new TestTime();
  const turns = new TurnTaking(time);
  for (const _ of many(losses, () => 0)) turns.lost('one', 'ann1');
  return { time, turns };
}

describe('turn-taking', () => {
  it('holds nothing up before a device lost three times in a row', () => {
    const { turns } = aTurn(2);
    expect(turns.heldMs('one', 'bob1')).toBe(0);
    turns.sent('one', 'ann1');
    turns.lost('one', 'ann1');
    turns.lost('one', 'ann1');
    expect(turns.heldMs('one', 'bob1')).toBe(0);
    turns.lost('one', 'ann1');
    expect(turns.heldMs('one', 'bob1')).toBe(3_000);
  });

  it('holds others up in that conversation only, not the device itself, and for no longer than its turn', async () => {
    const { time, turns } = aTurn();
    expect(turns.heldMs('one', 'ann1')).toBe(0);
    expect(turns.heldMs('two', 'bob1')).toBe(0);
    await time.advance(2_000);
    expect(turns.heldMs('one', 'bob1')).toBe(1_000);
    await time.advance(1_000);
    expect(turns.heldMs('one', 'bob1')).toBe(0);
  });

  it('ends a turn when its message was taken', () => {
    const { turns } = aTurn();
    turns.sent('one', 'ann1');
    expect(turns.heldMs('one', 'bob1')).toBe(0);
  });

  it('gives turns one after another', async () => {
    const { time, turns } = aTurn();
    for (const _ of many(5, () => 0)) turns.lost('one', 'bob1');
    expect(turns.heldMs('one', 'bob1')).toBe(3_000);
    await time.advance(3_000);
    turns.lost('one', 'bob1');
    expect(turns.heldMs('one', 'bob1')).toBe(0);
    expect(turns.heldMs('one', 'ann1')).toBe(3_000);
  });

  it('gives a device that loses on purpose no second turn within half a minute', async () => {
    const { time, turns } = aTurn();
    await time.advance(3_000);
    for (const _ of many(10, () => 0)) turns.lost('one', 'ann1');
    expect(turns.heldMs('one', 'bob1')).toBe(0);
    await time.advance(27_000);
    turns.lost('one', 'ann1');
    expect(turns.heldMs('one', 'bob1')).toBe(3_000);
  });
});

describe('a sender that is refused three times in a row (G7)', () => {
  async function aStarvedSender() {
    const deployment = new TestDeployment();
    const [ann, bob, cat] = [
      await deployment.person(),
      await deployment.person(),
      await deployment.person(),
    ];
    const before = await deployment.group(ann, [bob, cat]);
    const { append } = deployment.process();
    await append.execute(aCommit(before, bob));
    const state = await deployment.state(before.id);
    for (const _ of many(3, () => 0))
      expect(await append.execute(aMessage(before, ann))).toMatchObject({
        error: { code: 'stale_epoch' },
      });
    return { deployment, ann, bob, cat, before, state, append };
  }
  const tooSoon = { ok: false, error: { code: 'too_soon', retryAfterMs: 3_000 } };

  it('gets a turn in which no commit of others is taken, until its message is', async () => {
    const { ann, bob, state, append } = await aStarvedSender();
    expect(await append.execute(aCommit(state, bob))).toEqual(tooSoon);
    expect((await append.execute(aMessage(state, bob))).ok).toBe(true);
    expect(await append.execute(aCommit(state, bob))).toEqual(tooSoon);
    expect((await append.execute(aMessage(state, ann))).ok).toBe(true);
    expect((await append.execute(aCommit(state, bob))).ok).toBe(true);
  });

  it('waits in its turn for what must not wait: leaving, and owed removals by anybody', async () => {
    const { deployment, ann, bob, cat, state, append } = await aStarvedSender();
    expect((await append.execute(aLeaving(state, cat))).ok).toBe(true);
    expect(await append.execute(aMessage(state, ann))).toMatchObject({
      error: { code: 'rekey_needed' },
    });
    expect((await append.execute(aCommit(state, bob, { removeDevices: [cat] }))).ok).toBe(true);
    const now = await deployment.state(state.id);
    expect(await append.execute(aCommit(now, bob))).toEqual(tooSoon);
    expect((await append.execute(aMessage(now, ann))).ok).toBe(true);
  });

  it('can commit in its own turn, and others can when it has passed', async () => {
    const { deployment, ann, bob, state, append } = await aStarvedSender();
    expect((await append.execute(aCommit(state, ann))).ok).toBe(true);
    const now = await deployment.state(state.id);
    expect(await append.execute(aCommit(now, bob))).toEqual(tooSoon);
    await deployment.time.advance(3_000);
    expect((await append.execute(aCommit(now, bob))).ok).toBe(true);
  });
});
