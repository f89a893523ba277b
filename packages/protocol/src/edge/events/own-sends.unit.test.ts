import type { Entry } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { OwnSends } from './own-sends.ts';

const me = { account: 'a', device: 'phone' };
const entry = (clientId: string, device = 'phone'): Entry =>
  ({ conversation: 'c', clientId, sender: { account: 'a', device } }) as Entry;

describe('what a connection sent itself', () => {
  it('covers a push that is all its own, once', () => {
    const sends = new OwnSends();
    sends.add('c', '1');
    sends.add('c', '2');
    expect(sends.cover([entry('1'), entry('2')], me)).toBe(true);
    expect(sends.cover([entry('1')], me)).toBe(false);
  });

  it('covers no push with an entry of another device, of another send, or of another conversation', () => {
    const sends = new OwnSends();
    for (const clientId of ['1', '2', '3']) sends.add('c', clientId);
    expect(sends.cover([entry('1'), entry('4')], me)).toBe(false);
    expect(sends.cover([entry('2', 'tablet')], me)).toBe(false);
    expect(sends.cover([{ ...entry('3'), conversation: 'd' }], me)).toBe(false);
  });

  it('knows one conversation for each client id, the later: of the other it is given its own again', () => {
    const sends = new OwnSends();
    sends.add('c', '1');
    sends.add('d', '1');
    sends.delete('c', '1');
    expect(sends.cover([entry('1')], me)).toBe(false);
    expect(sends.cover([{ ...entry('1'), conversation: 'd' }], me)).toBe(true);
  });

  it('forgets what was pushed among entries of others', () => {
    const sends = new OwnSends();
    sends.add('c', '1');
    sends.cover([entry('other', 'tablet'), entry('1')], me);
    expect(sends.cover([entry('1')], me)).toBe(false);
  });

  it('covers nothing of a send that is called off', () => {
    const sends = new OwnSends();
    sends.add('c', '1');
    sends.delete('c', '1');
    expect(sends.cover([entry('1')], me)).toBe(false);
  });

  it('keeps a bounded number, the newest', () => {
    const sends = new OwnSends();
    for (let at = 0; at < 1_000; at++) sends.add('c', String(at));
    expect(sends.cover([entry('0')], me)).toBe(false);
    expect(sends.cover([entry('999')], me)).toBe(true);
  });
});
