import type { Stores } from '@sealpost/domain';
import type { ForeignWork } from '../core/foreign-work.ts';

type Method = (...given: readonly unknown[]) => unknown;

/** The stores, with every call counted that is under way: one that reaches a real database takes time of its own. */
export function tracked<S extends Stores>(stores: S, foreign: ForeignWork): S {
  const ports = Object.entries(stores).map(([name, port]: [string, unknown]) => {
    const isPort = typeof port === 'object' && port !== null;
    return [name, isPort ? trackedPort(port, foreign) : port] as const;
  });
  return Object.fromEntries(ports) as unknown as S;
}

const trackedPort = (port: object, foreign: ForeignWork): object =>
  new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]) => {
        const answer = (member as Method).apply(target, [...given]);
        return answer instanceof Promise ? foreign.track(answer) : answer;
      };
    },
  });
