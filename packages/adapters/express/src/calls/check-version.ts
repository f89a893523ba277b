import { ok, refuse, type Result } from '@sealpost/domain';
import { protocolVersion, type WireRefusal } from '@sealpost/protocol';
import { edgeNames } from '@sealpost/protocol/reference';

/** Absent: the highest version. */
export function checkVersion(header: string | string[] | undefined): Result<null, WireRefusal> {
  if (header === undefined) return ok(null);
  if (typeof header !== 'string' || !/^[1-9]\d{0,8}$/.test(header)) {
    const issue = {
      path: `headers.${edgeNames.protocolHeader}`,
      problem: 'must be a whole number from 1',
    };
    return refuse({ code: 'invalid_request', issues: [issue] });
  }
  const { lowest, highest } = protocolVersion;
  const version = Number(header);
  return version >= lowest && version <= highest
    ? ok(null)
    : refuse({ code: 'upgrade_required', lowest, highest });
}
