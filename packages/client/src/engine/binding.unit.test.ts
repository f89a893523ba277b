import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindingBytes, readBinding, type Bound } from './binding.ts';

const bound: Bound = {
  conversation: 'conversation',
  generation: 1,
  epoch: 7,
  sender: { account: 'alice', device: 'phone' },
  clientId: 'id',
  purpose: 'loud',
};
const parent = { seq: 12, digest: new Uint8Array(32).fill(3) };

describe('a binding', () => {
  it('gives back its parent to whoever has all its fields', async () => {
    const withParent = await bindingBytes(bound, parent);
    expect(withParent).toHaveLength(73);
    expect(await readBinding(withParent, bound)).toEqual({ parent });
    const without = await bindingBytes(bound, null);
    expect(without).toHaveLength(33);
    expect(await readBinding(without, bound)).toEqual({ parent: null });
  });

  it('is that of no other fields', async () => {
    const bytes = await bindingBytes(bound, parent);
    const others: readonly Partial<Bound>[] = [
      { conversation: 'conversatio' },
      { generation: 2 },
      { epoch: 8 },
      { sender: { account: 'alice', device: 'laptop' } },
      { sender: { account: 'alicep', device: 'hone' } },
      { clientId: 'id2' },
      { purpose: 'quiet' },
      { purpose: 'profile' },
      { purpose: 'commit' },
    ];
    for (const other of others) {
      expect(await readBinding(bytes, { ...bound, ...other })).toBeNull();
    }
  });

  it('is not read from any other bytes', async () => {
    const bytes = await bindingBytes(bound, null);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (tail) => {
        expect(await readBinding(tail, bound)).toBeNull();
        const longer = Uint8Array.from([...bytes, ...tail, 1]);
        fc.pre(longer.length !== 73);
        expect(await readBinding(longer, bound)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  it('is not made of ids that are no text, nor of a parent that is no position', async () => {
    const code = 'unsupported';
    const broken = { ...bound, clientId: '\ud800' };
    await expect(bindingBytes(broken, null)).rejects.toMatchObject({ code });
    expect(await readBinding(new Uint8Array(33), broken)).toBeNull();
    const short = { ...parent, digest: new Uint8Array(31) };
    await expect(bindingBytes(bound, short)).rejects.toMatchObject({ code });
    await expect(bindingBytes(bound, { ...parent, seq: 0.5 })).rejects.toMatchObject({ code });
  });
});
