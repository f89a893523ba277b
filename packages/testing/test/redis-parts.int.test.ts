import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { needs, ownRedisPart, redisClusterPart } from '../src/parts/index.ts';

/** Sends one command to a Redis and answers with what comes back first. */
async function ask(url: string, command: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  socket.write(`${command}\r\n`);
  const [reply] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return reply.toString('latin1').trimEnd();
}

async function folderOf(url: string): Promise<string> {
  return (await ask(url, 'CONFIG GET dir')).split('\r\n').at(-1) ?? '';
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function eventually(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; performance.now() < end; await sleep(10)) {
    if (condition()) return;
  }
  throw new Error('the condition never came to hold');
}

describe('a Redis of our own', needs('ownRedis'), () => {
  it('comes back on the same port, empty, after it was killed', async () => {
    const redis = await ownRedisPart();
    try {
      expect(await ask(redis.url, 'SET kept 1')).toBe('+OK');
      const first = redis.pid;
      await redis.kill();
      expect(isAlive(first)).toBe(false);
      await expect(ask(redis.url, 'PING')).rejects.toThrow('ECONNREFUSED');
      await redis.restart();
      expect(redis.pid).not.toBe(first);
      expect(await ask(redis.url, 'GET kept')).toBe('$-1');
    } finally {
      await redis.stop();
    }
  });

  it('answers nothing while it is paused, and everything afterwards', async () => {
    const redis = await ownRedisPart();
    try {
      redis.pause();
      const answer = ask(redis.url, 'PING');
      expect(await Promise.race([answer, sleep(200, 'nothing')])).toBe('nothing');
      redis.resume();
      expect(await answer).toBe('+PONG');
    } finally {
      await redis.stop();
    }
  });

  it('is gone with its folder when it was stopped', async () => {
    const redis = await ownRedisPart();
    const folder = await folderOf(redis.url);
    expect(existsSync(folder)).toBe(true);
    await redis.stop();
    expect(isAlive(redis.pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it('does not outlive a process that is killed', async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('serve-redis.ts', import.meta.url))],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { pid, url } = JSON.parse(line) as { pid: number; url: string };
    const folder = await folderOf(url);
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await eventually(() => !isAlive(pid) && !existsSync(folder));
  });

  it('says why it does not start', async () => {
    await expect(ownRedisPart({ 'no-such-setting': 'yes' })).rejects.toThrow(
      /Redis did not start.*no-such-setting/s,
    );
  });
});

describe('a Redis Cluster of our own', needs('ownRedis'), () => {
  it('has three masters and three replicas, and serves every slot', async () => {
    const cluster = await redisClusterPart();
    try {
      const roles = await Promise.all(cluster.nodes.map((node) => node.isMaster()));
      expect(roles.filter(Boolean)).toHaveLength(3);
      expect(roles).toHaveLength(6);
      for (const { url } of cluster.nodes) {
        expect(await ask(url, 'CLUSTER INFO')).toContain('cluster_slots_ok:16384');
      }
    } finally {
      await cluster.stop();
    }
  });
});
