import { expect, it } from 'vitest';
import { configFrom } from '../config/load-config.ts';
import { examinePort } from './port-part.ts';

it('finds a server of another version, whatever its settings are', () => {
  const health = { version: '0.0.0', config: 'another', adapters: [], openFiles: null };
  const config = configFrom({ profile: 'memory', storage: { kind: 'memory' } });
  const { findings } = examinePort(config, { is: 'ours', health }, null);
  expect(findings).toMatchObject([{ severity: 'warning', code: 'server_of_another_version' }]);
});
