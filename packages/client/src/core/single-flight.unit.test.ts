import { describe, expect, it } from 'vitest';
import { SingleFlight } from './single-flight.ts';

const microtasks = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) await Promise.resolve();
};

describe('work that is done once at a time', () => {
  it('begins a round after whoever asks, at whatever moment of a round that is', async () => {
    for (let moment = 0; moment < 12; moment++) {
      const flight = new SingleFlight();
      let begun = 0;
      const work = async (): Promise<void> => {
        begun++;
        await Promise.resolve();
      };
      const first = flight.run('key', work);
      await microtasks(moment);
      const before = begun;
      await flight.run('key', work);
      expect(begun, `asked after ${moment} microtasks`).toBeGreaterThan(before);
      await first;
    }
  });

  it('shares one more round among all who ask during one', async () => {
    const flight = new SingleFlight();
    let begun = 0;
    const work = async (): Promise<void> => {
      begun++;
      await microtasks(5);
    };
    const first = flight.run('key', work);
    await microtasks(3);
    expect(begun).toBe(1);
    await Promise.all([first, ...[1, 2, 3].map(() => flight.run('key', work))]);
    expect(begun).toBe(2);
  });

  it('can be asked again after a round that failed', async () => {
    const flight = new SingleFlight();
    await expect(flight.run('key', () => Promise.reject(new Error('lost')))).rejects.toThrow(
      'lost',
    );
    let begun = 0;
    await flight.run('key', async () => void begun++);
    expect(begun).toBe(1);
  });
});
