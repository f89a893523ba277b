import { describe, expect, it } from 'vitest';
import { certificateOf } from '../src/backends/certificate.ts';
import { tellCertificates } from '../src/backends/tell-certificates.ts';
import { configFrom, examineDeployment } from '../src/index.ts';
import type { LogRecord } from '../src/log/log-record.ts';
import { anAdapter, anOperatorsFolder, install } from './support/outside-package.ts';

const certificate = {
  adapter: 'nothing',
  package: 'hub',
  version: '1.0.0',
  families: { fanOut: { portVersion: 1, laws: 6, held: 6 } },
  capabilities: ['preparation'],
};

function certified(text: string | null): void {
  const files = {
    'index.js': anAdapter(),
    ...(text === null ? {} : { 'sealpost-conformance.json': text }),
  };
  install(anOperatorsFolder(), 'hub', { files });
}

describe('the certificate of an adapter from outside', () => {
  it('is read from its package', () => {
    certified(JSON.stringify(certificate));
    expect(certificateOf('hub', ['fanOut'])).toEqual({
      package: 'hub',
      version: '1.0.0',
      certificate,
      doubts: [],
    });
  });

  it.each([
    ['other_package_version', { version: '0.9.0' }],
    ['other_port_version', { families: { fanOut: { portVersion: 2, laws: 6, held: 6 } } }],
    ['family_not_certified', { families: { presence: { portVersion: 1, laws: 6, held: 6 } } }],
    ['laws_not_held', { families: { fanOut: { portVersion: 1, laws: 6, held: 5 } } }],
    ['unreadable_certificate', { adapter: 'a text\nof many lines' }],
    ['unreadable_certificate', { capabilities: ['flying'] }],
  ])('says when it proves nothing: %s', (doubt, changed) => {
    certified(JSON.stringify({ ...certificate, ...changed }));
    expect(certificateOf('hub', ['fanOut']).doubts).toEqual([doubt]);
  });

  it('says when there is none, or none that can be read, or no package', () => {
    certified(null);
    expect(certificateOf('hub').doubts).toEqual(['no_certificate']);
    certified('{');
    expect(certificateOf('hub').doubts).toEqual(['unreadable_certificate']);
    expect(certificateOf('nowhere').doubts).toEqual(['not_installed']);
  });

  it('is told once for a package that serves several families', () => {
    certified(JSON.stringify(certificate));
    const records: LogRecord[] = [];
    const one = { kind: 'package', package: 'hub', options: {} } as const;
    const config = configFrom({ profile: 'memory', fanOut: one, rateLimits: one });
    tellCertificates(config, (record) => records.push(record));
    expect(records).toEqual([
      {
        level: 'warn',
        event: 'certificate',
        package: 'hub',
        version: '1.0.0',
        portVersions: { fanOut: 1 },
        laws: { fanOut: '6 of 6' },
        capabilities: ['preparation'],
        doubts: ['family_not_certified'],
      },
    ]);
  });

  it('is shown by the doctor', async () => {
    certified(JSON.stringify(certificate));
    const env = {
      SEALPOST_PROFILE: 'memory',
      SEALPOST_PORT: '0',
      SEALPOST_FAN_OUT__KIND: 'package',
      SEALPOST_FAN_OUT__PACKAGE: 'hub',
      SEALPOST_FAN_OUT__OPTIONS: '{"url":"tcp:nowhere"}',
    };
    expect(await examineDeployment({ env })).toContainEqual({
      part: 'certificate of hub',
      is: 'version 1.0.0, fanOut of port version 1 with 6 of 6 laws held, preparation',
      findings: [],
    });
  });

  it('is not asked for where all adapters are built in', () => {
    const records: LogRecord[] = [];
    tellCertificates(configFrom({ profile: 'memory' }), (record) => records.push(record));
    expect(records).toEqual([]);
  });
});
