import type { Adapter, AdapterHost } from '@sealpost/domain';

/** Everything within this process, and gone with it. */
export async function openMemory({ clock }: AdapterHost): Promise<Adapter> {
  const { memoryStores, MemoryFanOut, MemoryPresenceLeases } =
    await import('@sealpost/adapter-memory');
  const { MemoryRateLimiter } = await import('@sealpost/adapter-rate-limits');
  const stores = memoryStores();
  return {
    ports: {
      storage: stores,
      history: stores.log,
      fanOut: new MemoryFanOut(),
      presence: new MemoryPresenceLeases(clock),
      rateLimits: (rates) => new MemoryRateLimiter(rates),
    },
    preparation: null,
    everyValue: null,
    health: () => Promise.resolve([]),
    stop: async () => stores.close(),
  };
}
