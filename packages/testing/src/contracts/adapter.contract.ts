import {
  type Adapter,
  type AdapterCapability,
  type AdapterDefinition,
  type PortFamily,
  portVersions,
} from '@sealpost/domain';
import { describe, expect, it as base } from 'vitest';
import { anAdapterHost } from '../fixtures/adapter-host.ts';
import { openAdapter } from '../fixtures/open-adapter.ts';
import { marker } from './silence.ts';
import { type Subject, testsOf } from './subject.ts';

/** Options of a place that is empty and its own. */
export type AdapterSubject = Subject<{ readonly options: Readonly<Record<string, unknown>> }> & {
  readonly definition: AdapterDefinition;
};

/** What the suite saw, for the certificate. */
export interface SeenAdapter {
  readonly name: string;
  readonly ports: AdapterDefinition['ports'];
  readonly capabilities: readonly AdapterCapability[];
}

const capabilitiesOf = (adapter: Adapter): AdapterCapability[] =>
  (['preparation', 'everyValue'] as const).filter((one) => adapter[one] !== null);

/** The specification of `AdapterDefinition` and of `Adapter`: how a server opens, prepares, asks and stops one. */
export function adapterContract({ definition, ...subject }: AdapterSubject): void {
  const it = testsOf(subject);
  const { name, ports, options: schema } = definition;
  const families = Object.keys(ports) as PortFamily[];

  describe(`Adapter: ${subject.name}`, () => {
    base('names families of ports, each in the version of this release', () => {
      expect(families.length).toBeGreaterThan(0);
      expect(portVersions).toMatchObject(ports);
    });

    it('refuses an option that it does not know, and repeats no value', async ({ options }) => {
      const checked = await schema['~standard'].validate({ ...options, unheardOf: marker });
      expect(checked.issues?.length).toBeGreaterThan(0);
      expect(JSON.stringify(checked.issues)).not.toContain(marker);
    });

    it('provides what it names, and is well once it is prepared', async ({ options }, context) => {
      const adapter = await openAdapter(definition, options, anAdapterHost());
      const seen: SeenAdapter = { name, ports, capabilities: capabilitiesOf(adapter) };
      Object.assign(context.task.meta, { adapter: seen });
      expect(Object.keys(adapter.ports)).toEqual(expect.arrayContaining(families));
      expect((await adapter.health()).filter(({ severity }) => severity === 'error')).toEqual([]);
      await adapter.stop();
    });

    it('needs nothing more once it is prepared, however often and by how many', async ({
      options,
    }) => {
      const adapters = await Promise.all(
        [1, 2].map(() => openAdapter(definition, options, anAdapterHost())),
      );
      for (const { preparation } of adapters) {
        expect((await preparation?.due()) ?? []).toEqual([]);
        await preparation?.run();
      }
      await Promise.all(adapters.map((adapter) => adapter.stop()));
    });

    it('tells its stored values, where it keeps any', async ({ options }) => {
      const adapter = await openAdapter(definition, options, anAdapterHost());
      for await (const { table, column } of adapter.everyValue?.() ?? [])
        expect([typeof table, typeof column]).toEqual(['string', 'string']);
      await adapter.stop();
    });

    it('can be opened again after it was stopped', async ({ options }) => {
      for (const _ of [1, 2])
        await (await openAdapter(definition, options, anAdapterHost())).stop();
      const again = await openAdapter(definition, options, anAdapterHost());
      expect((await again.health()).filter(({ severity }) => severity === 'error')).toEqual([]);
      await again.stop();
    });
  });
}
