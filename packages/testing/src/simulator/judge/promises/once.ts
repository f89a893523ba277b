import type { Checker } from '../checker.ts';
import type { Claimed } from '../claimed.ts';

/** G11: a one-time bundle is handed out once, ever. */
export function once(): Checker {
  const handedOut = new Set<string>();
  return {
    promise: 'G11',
    see(testimony, _, check) {
      if (testimony.kind !== 'answered' || testimony.what !== 'claimBundles') return;
      if (!testimony.answer.ok) return;
      const { bundles } = testimony.answer.value as Claimed;
      for (const { device, ref, lastResort } of bundles) {
        if (lastResort) continue;
        const bundle = `${device.device} ${ref}`;
        check(!handedOut.has(bundle), () => 'a one-time bundle is handed out again');
        handedOut.add(bundle);
      }
    },
  };
}
