// The http.sys link: which SSL record answers for the binding.

import { addressOfBinding } from '../../formats/http-sys/endpoint.ts';
import type { Link } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { Source } from '../../model/server/known.ts';
import { isCentralStore } from '../../model/server/ssl-record.ts';
import { centralStoreIsOn, isOfCentralStore } from '../ccs.ts';
import { shortThumbprint } from '../certificates/certificates.ts';
import { isServedRight } from '../meant.ts';
import { standInFor, standInWords } from '../records/stand-in.ts';
import { tlsFault } from '../tls.ts';
import { link, notRead, type Unlinked } from './link.ts';

/** `here`: undefined where nobody knows whether the address is of this server. */
export function recordLink(chain: Unlinked, here: true | undefined, evidence: Evidence): Link {
  const { record, endpoint } = chain;
  if (!record.known) return notRead('http.sys', record);
  const { value, source } = record;
  const { name } = endpoint;
  if (isOfCentralStore(chain) && centralStoreIsOn(evidence) === false) return storeIsOff(chain, evidence);
  if (value === undefined && here === undefined) {
    const address = addressOfBinding(chain.binding.information);
    const why = `no SSL record for ${name}, and it is not known whether ${address} is an address of this server`;
    return notRead('http.sys', { why, source: evidence.addresses.source });
  }
  if (value === undefined) {
    const served = isServedRight(chain, evidence) ? standInFor(chain, evidence) : undefined;
    if (isOfCentralStore(chain) && centralStoreIsOn(evidence))
      return noCentralRecord(name, served && standInWords(served), source);
    if (served === undefined) return link('http.sys', 'broken', 'no-record', `no SSL record for ${name}`, source);
    const message = `no SSL record for ${name}; visitors get ${standInWords(served)}`;
    return link('http.sys', 'warning', 'falls-back', message, source);
  }
  const fault = tlsFault(chain, evidence);
  if (fault?.state === 'broken') return link('http.sys', fault.state, fault.code, fault.says, fault.source);
  const isCentral = isCentralStore(value.endpoint);
  if (value.thumbprint === '' && !isCentral) {
    const message = `the SSL record of ${name} names no certificate`;
    return link('http.sys', 'broken', 'record-without-hash', message, source);
  }
  if (fault !== undefined) return link('http.sys', fault.state, fault.code, fault.says, fault.source);
  if (isCentral)
    return link(
      'http.sys',
      'ok',
      'central-store',
      'the central certificate store chooses the certificate by file name',
      source,
    );
  return link('http.sys', 'ok', 'fine', `${name} uses ${shortThumbprint(value.thumbprint)}`, source);
}

/** IIS keeps the store's settings for the whole server: a binding may ask for a store that is not there. */
function storeIsOff(chain: Unlinked, evidence: Evidence): Link {
  const { source } = evidence.centralStore;
  const is = 'the binding takes its certificate from the central certificate store (sslFlags 2), which is switched off';
  return isServedRight(chain, evidence)
    ? link('http.sys', 'warning', 'ccs-flag-without-ccs', `${is}; another SSL record answers visitors`, source)
    : link('http.sys', 'broken', 'ccs-flag-without-ccs', is, source);
}

function noCentralRecord(port: string, served: string | undefined, source: Source): Link {
  const is = `the central certificate store is on, and has no SSL record for port ${port}`;
  return served === undefined
    ? link('http.sys', 'broken', 'ccs-record-missing', is, source)
    : link('http.sys', 'warning', 'ccs-record-missing', `${is}; visitors get ${served}`, source);
}
