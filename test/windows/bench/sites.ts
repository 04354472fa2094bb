// Sites, SSL records and visitors on a bench.

import { type Bench, flagsOf, type Ground } from './types.ts';

const IIS_APP_ID = '{4dc3e181-e14b-4a21-b022-59fc669b0914}';

/** IIS sees a change of its configuration within seconds. */
const PATIENCE = { tries: 40, pauseMs: 500 };

/** The sites of one bench, whose visitors come to this address. */
export function sitesOn(ground: Ground, own: string): Pick<Bench, 'site' | 'record' | 'greet' | 'served'> {
  const { host, run, must, afterwards, file, note } = ground;
  let sites = 0;
  const greet: Bench['greet'] = async (port, name = '', address = own) => {
    const got = await host.machine.handshake({ address, port, name });
    const outcome = got.known ? got.value.outcome : 'no-connection';
    const shown = got.known && got.value.outcome === 'certificate' ? got.value.thumbprint : outcome;
    note(`a visitor of ${address} at ${port} who asks for ${name === '' ? 'no name' : name} gets ${shown}`);
    return shown;
  };
  return {
    greet,
    served: async (made, port, name, address) => {
      for (let tries = 0; tries < PATIENCE.tries; tries += 1) {
        if ((await greet(port, name, address)) === made.thumbprint) return;
        await host.machine.sleep(PATIENCE.pauseMs);
      }
      throw new Error(`port ${port} did not come to be served with the certificate of its record`);
    },
    site: async (port, bindings = [{}]) => {
      sites += 1;
      const site = `iis-ssl-heal-ask-${sites}`;
      const page = await file('index.html', Buffer.from('asked\r\n'));
      const folder = page.slice(0, page.lastIndexOf('\\'));
      const list = bindings.map(({ host: name = '' }) => `https/*:${port}:${name}`).join(',');
      afterwards(() => run('appcmd', ['delete', 'site', site]));
      await must('appcmd', ['add', 'site', `/name:${site}`, `/physicalPath:${folder}`, `/bindings:${list}`]);
      for (const { host: name = '', sslFlags } of bindings)
        if (sslFlags !== undefined) await must('appcmd', ['set', 'site', site, flagsOf(port, name, sslFlags)]);
      return site;
    },
    record: async (at, thumbprint, ...more) => {
      afterwards(() => run('netsh', ['http', 'delete', 'sslcert', at]));
      const hash = thumbprint === '' ? [] : [`certhash=${thumbprint.toLowerCase()}`, 'certstorename=MY'];
      await must('netsh', ['http', 'add', 'sslcert', at, ...hash, `appid=${IIS_APP_ID}`, ...more]);
    },
  };
}
