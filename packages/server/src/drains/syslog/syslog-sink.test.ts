import assert from 'node:assert/strict';
import { it } from 'node:test';
import { drainSinkContract } from '../testing/drain-sink-contract.ts';
import { startSyslogReceiver } from '../testing/syslog-receiver.ts';
import { formatMessage, frameMessage } from './format-message.ts';
import { createSyslogSink } from './syslog-sink.ts';

drainSinkContract('syslog', createSyslogSink, startSyslogReceiver);

it('writes a message as RFC 5424 has it', () => {
  const message = formatMessage(
    {
      at: '2026-01-02T03:04:05.678Z',
      severity: 'warning',
      event: 'a name with spaces that is far too long for its field',
      body: 'ü',
      attributes: { user: 'a"]\\' },
    },
    { scope: 'rig.audit', platform: 'plt_1', version: '1.2.3' },
  );
  assert.match(
    message,
    /^<108>1 2026-01-02T03:04:05\.678Z \S+ rigd \d+ a_name_with_spaces_that_is_far_t \[rig@32473 scope="rig\.audit" platform="plt_1" version="1\.2\.3" user="a\\"\\\]\\\\"\] \ufeffü$/,
  );
  assert.equal(frameMessage('ü').toString(), '2 ü');
});
