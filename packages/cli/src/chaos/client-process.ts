import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Conversation } from '@sealpost/client';
import { selfId } from '@sealpost/domain';
import { ChaosDevice, codeOf } from './device.ts';
import { Load } from './load.ts';
import type { Order, Plan, Report } from './orders.ts';
import { Seeded } from './seeded.ts';

const retryMs = 1_000;
const pollMs = 200;
const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

const report = (line: Report): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const trouble = (what: string): void => report({ is: 'trouble', what });

/** The conversation of an account's own devices. */
async function ownOf({ sealpost }: ChaosDevice): Promise<Conversation> {
  const me = await sealpost.me();
  return sealpost.conversation(selfId({ sha256 }, me?.account ?? ''));
}

async function ownIsKeyed(device: ChaosDevice): Promise<boolean> {
  return (await (await ownOf(device)).info())?.keyed === true;
}

/** Some devices in one process, as the director tells them. */
class ClientProcess {
  readonly #serverUrl: string;
  readonly #folder: string;
  readonly #random: Seeded;
  readonly #devices = new Map<string, ChaosDevice>();
  readonly #up = new Set<string>();
  readonly #loads = new Map<string, Load>();
  #handles: readonly string[] | null = null;

  constructor(serverUrl: string, folder: string, seed: number) {
    this.#serverUrl = serverUrl;
    this.#folder = folder;
    this.#random = new Seeded(seed);
  }

  async perform(order: Order): Promise<void> {
    switch (order.do) {
      case 'run':
        return this.#run(order.plan);
      case 'talk':
        this.#handles = order.handles;
        for (const name of this.#up) this.#begin(name);
        return;
      case 'rest':
        this.#handles = null;
        await Promise.all([...this.#loads.values()].map((load) => load.rest()));
        this.#loads.clear();
        return report({ is: 'resting' });
      case 'probe':
        await Promise.all([...this.#up].map((name) => this.#probe(name, order.probe)));
        return;
      case 'approve':
        return this.#approve(order.name, order.device);
      case 'revoke':
        return this.#revoke(order.name, order.device);
      case 'die':
        return this.#die(order.afterMs);
      case 'state':
        return report({
          is: 'state',
          devices: await Promise.all([...this.#up].map((name) => this.#device(name).state())),
        });
      case 'quit':
        await Promise.all([...this.#devices.values()].map((device) => device.close()));
        return process.exit(0);
    }
  }

  #device(name: string): ChaosDevice {
    const device = this.#devices.get(name);
    if (!device) throw new Error('that device is not here');
    return device;
  }

  async #run(plan: Plan): Promise<void> {
    const { name } = plan;
    const folder = join(this.#folder, name);
    const device = await ChaosDevice.open(this.#serverUrl, folder, plan, trouble);
    this.#devices.set(name, device);
    device.sealpost.on('loggedOut', () => this.#ended(name));
    const me = await this.#insist(() => device.identify());
    report({ is: 'known', name, ...me });
    await this.#insist(() => device.arrive());
    while (!(await ownIsKeyed(device))) await wait(pollMs);
    this.#up.add(name);
    report({ is: 'up', name });
    this.#begin(name);
  }

  /** Revoked: it has nothing more to do. */
  #ended(name: string): void {
    this.#up.delete(name);
    void this.#loads.get(name)?.rest();
    this.#loads.delete(name);
  }

  #begin(name: string): void {
    if (!this.#handles || this.#loads.has(name)) return;
    const random = new Seeded(this.#random.between(0, 2 ** 31));
    this.#loads.set(name, new Load(this.#device(name), random, this.#handles, trouble));
  }

  /** Into the conversation of the account's own devices, which waits for nobody else. */
  async #probe(name: string, probe: number): Promise<void> {
    const device = this.#device(name);
    const accepted = (at: number): void => report({ is: 'probed', name, probe, at });
    await device.say(await ownOf(device), 'probe', accepted);
  }

  async #approve(name: string, device: string): Promise<void> {
    const { sealpost } = this.#device(name);
    for (let linked = false; !linked; await wait(pollMs))
      linked = await this.#insist(async () => {
        const found = (await sealpost.devices()).find((listed) => listed.device === device);
        if (found?.status === 'pending' && found.signatureKey)
          await sealpost.approveDevice(device, async () => true);
        return found?.status === 'certified';
      });
    report({ is: 'linked', device });
  }

  async #revoke(name: string, device: string): Promise<void> {
    await this.#insist(() => this.#device(name).revoke(device));
    report({ is: 'revoked', device });
  }

  async #die(afterMs: number): Promise<void> {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), afterMs);
    for (;;) {
      await Promise.all([...this.#loads.values()].map((load) => load.talk()));
      await wait(1);
    }
  }

  /** As a person does who wants it. */
  async #insist<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        trouble(`insisting: ${codeOf(error)}`);
        await wait(retryMs);
      }
    }
  }
}

const [serverUrl = '', folder = '', seed = '0'] = process.argv.slice(2);
const clients = new ClientProcess(serverUrl, folder, Number(seed));
for await (const line of createInterface({ input: process.stdin })) {
  clients.perform(JSON.parse(line) as Order).catch((error: unknown) => {
    trouble(codeOf(error));
  });
}
process.exit(0);
