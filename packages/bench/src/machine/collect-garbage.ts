import { setTimeout as sleep } from 'node:timers/promises';

const attempts = 50;

/**
 * Has a Node process collect its garbage, by its inspector: what is measured next is what is held, not what has not been
 * looked at yet. `port`: of its `--inspect-port`.
 */
export async function collectGarbage(pid: number, port: number): Promise<void> {
  // Starts the inspector; harmless to repeat.
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await inspectorOf(port));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
  });
  socket.addEventListener('message', () => resolve());
  socket.addEventListener('error', () => reject(new Error('the inspector closed')));
  await promise;
  socket.close();
}

async function inspectorOf(port: number): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
      const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
      if (target) return target.webSocketDebuggerUrl;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
    await sleep(100);
  }
}
