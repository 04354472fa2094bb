// An applicationHost.config of a large server whose every site has what the ABO mapper overrides it with, as IIS writes it.

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

/** @param {number} number */
const site = (number) => `
            <site name="${hostOf(number)}" id="${number}" serverAutoStart="true">
                <application path="/" applicationPool="${hostOf(number)}">
                    <virtualDirectory path="/" physicalPath="D:\\sites\\${hostOf(number)}" />
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation="*:80:${hostOf(number)}" />
                    <binding protocol="https" bindingInformation="*:443:${hostOf(number)}" sslFlags="1" />
                </bindings>
            </site>`;

/** With so many sites, of the ids 1 and following: about 880 bytes for each. @param {number} count */
export function largeConfiguration(count) {
  const numbers = Array.from({ length: count }, (_each, at) => at + 1);
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.applicationHost>
        <customMetadata>${numbers.map(key).join('')}
        </customMetadata>
        <sites>${numbers.map(site).join('')}
        </sites>
    </system.applicationHost>
</configuration>
`;
  return text.replaceAll('\n', '\r\n');
}
