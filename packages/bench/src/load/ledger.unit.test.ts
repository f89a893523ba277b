import { beforeEach, describe, expect, it } from 'vitest';
import { type Finished, Ledger } from './ledger.ts';

describe('the ledger of a load', () => {
  let finished: Finished[];
  let ledger: Ledger;
  beforeEach(() => {
    finished = [];
    ledger = new Ledger((message) => finished.push(message));
  });

  it('finishes a message when it is acknowledged and everybody but its sender has it', () => {
    const message = ledger.send(0, [0, 1, 2], 5);
    expect(ledger.delivered(message, 1)).toBe(true);
    ledger.accepted(message);
    expect(finished).toEqual([]);
    expect(ledger.delivered(message, 2)).toBe(true);
    expect(finished).toEqual([{ message, sender: 0, at: 5 }]);
    expect(ledger).toMatchObject({ sent: 1, open: 0, duplicated: 0 });
  });

  it('holds what was not acknowledged for lost, though everybody has it', () => {
    const message = ledger.send(0, [0, 1], 0);
    ledger.delivered(message, 1);
    expect(ledger.open).toBe(1);
  });

  it('holds what did not reach one of many for lost', () => {
    const message = ledger.send(0, [0, 1, 2], 0);
    ledger.accepted(message);
    ledger.delivered(message, 1);
    expect(ledger.open).toBe(1);
  });

  it('counts a second delivery to one, which stands for none to another', () => {
    const message = ledger.send(0, [0, 1, 2], 0);
    ledger.accepted(message);
    ledger.delivered(message, 1);
    expect(ledger.delivered(message, 1)).toBe(false);
    expect(ledger).toMatchObject({ open: 1, duplicated: 1 });
  });

  it('counts what comes again after it was finished, deliveries and acknowledgements', () => {
    const message = ledger.send(0, [1], 0);
    ledger.accepted(message);
    ledger.delivered(message, 1);
    ledger.delivered(message, 1);
    ledger.accepted(message);
    expect(ledger).toMatchObject({ open: 0, duplicated: 2 });
  });

  it('takes what the sender is given of its own for no delivery, before and after the end', () => {
    const message = ledger.send(0, [0, 1], 0);
    expect(ledger.delivered(message, 0)).toBe(false);
    ledger.accepted(message);
    ledger.delivered(message, 1);
    expect(ledger.delivered(message, 0)).toBe(false);
    expect(ledger).toMatchObject({ open: 0, duplicated: 0 });
  });

  it('takes what was refused for not lost, and for wrong when somebody is given it', () => {
    const message = ledger.send(0, [0, 1], 0);
    ledger.refused(message);
    expect(ledger).toMatchObject({ open: 0, duplicated: 0 });
    ledger.delivered(message, 1);
    expect(ledger.duplicated).toBe(1);
  });

  it('counts what nobody sent', () => {
    ledger.delivered(7, 1);
    expect(ledger.duplicated).toBe(1);
  });
});
