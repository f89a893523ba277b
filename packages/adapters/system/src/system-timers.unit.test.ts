import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemTimers } from './system-timers.ts';

describe('the system timers', () => {
  const timers = new SystemTimers();

  describe('with time moved by hand', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('run what they are given once, after the time', () => {
      const run = vi.fn<() => void>();
      timers.after(100, run);
      vi.advanceTimersByTime(99);
      expect(run).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1000);
      expect(run).toHaveBeenCalledTimes(1);
    });

    it('run nothing once they are cancelled, however often', () => {
      const run = vi.fn<() => void>();
      const cancel = timers.after(100, run);
      cancel();
      cancel();
      vi.advanceTimersByTime(1000);
      expect(run).not.toHaveBeenCalled();
    });

    it('may be cancelled after they ran', () => {
      const run = vi.fn<() => void>();
      const cancel = timers.after(100, run);
      vi.advanceTimersByTime(100);
      cancel();
      expect(run).toHaveBeenCalledTimes(1);
    });

    it('wait for longer than Node can count in one go', () => {
      const ms = 90 * 24 * 60 * 60_000;
      const run = vi.fn<() => void>();
      const cancelled = vi.fn<() => void>();
      timers.after(ms, run);
      const cancel = timers.after(ms, cancelled);
      vi.advanceTimersByTime(ms - 1);
      expect(run).not.toHaveBeenCalled();
      cancel();
      vi.advanceTimersByTime(1);
      expect(run).toHaveBeenCalledTimes(1);
      expect(cancelled).not.toHaveBeenCalled();
    });
  });

  it('do not keep the process alive', () => {
    const alive = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = alive();
    const keeping = setTimeout(() => {}, 60_000);
    expect(alive()).toBe(before + 1);
    clearTimeout(keeping);
    const cancel = timers.after(60_000, () => {});
    expect(alive()).toBe(before);
    cancel();
  });
});
