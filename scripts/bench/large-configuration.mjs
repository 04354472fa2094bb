// An applicationHost.config of a large server whose every site has what the ABO mapper overrides it with, as IIS writes it.
import { site } from './site.mjs';

/** @param {number} number */
const key = (number) => `
            <key path="LM/W3SVC/${number}">
                <property id="5506" dataType="Binary" userType="1" attributes="None" value="${hash(number)}" />
                <property id="5511" dataType="String" userType="1" attributes="None" value="MY" />
            </key>`;

/** @param {number} number */
const hash = (number) => Buffer.alloc(20, number.toString(16)).toString('base64');

/** @param {number} number */
const hostOf = (number) => `shop-${String(number).padStart(5, '0')}.example.test`;

/** With so many sites, of the ids 1 and following: about 880 bytes for each. @param {number} count */
export function largeConfiguration(count) {
  const numbers = Array.from({ length: count }, (_each, at) => at + 1);
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.applicationHost>
        <customMetadata>${numbers.map(key).join('')}
        </customMetadata>
        <sites>${numbers.map((number) => site(hostOf(number), number)).join('')}
        </sites>
    </system.applicationHost>
</configuration>
`;
  return text.replaceAll('\n', '\r\n');
}
