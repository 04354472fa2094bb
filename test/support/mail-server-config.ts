// The applicationHost.config of a mail server of the Exchange kind: LF, a front end and a back end, bindings without a
// star, 31 keys of customMetadata with blanks in their paths.

const METADATA_APPS = [
  'Web Mail',
  'Web Mail/Calendar Pages',
  'Sync Server',
  'Offline Address Books',
  'Remote Admin',
  'Remote Admin/Live Id',
];

/** The keys below customMetadata: service, two sites, and what their applications left behind. */
export const METADATA_PATHS: readonly string[] = [
  'LM/W3SVC',
  'LM/W3SVC/INFO',
  'LM/W3SVC/1',
  ...['1', '2'].flatMap((site) => METADATA_APPS.map((app) => `LM/W3SVC/${site}/ROOT/${app}`)),
  ...['1', '2'].flatMap((site) => METADATA_APPS.map((app) => `LM/W3SVC/${site}/ROOT/${app}/bin &amp; data`)),
  ...['Front', 'Back', 'Front Proxy', 'Back Proxy'].map((pool) => `LM/W3SVC/AppPools/Mail ${pool} Pool`),
];

const keys = METADATA_PATHS.map(
  (path) =>
    `            <key path="${path}">\n` +
    '                <property id="1002" dataType="String" userType="1" attributes="None" value="IIsObject" />\n' +
    '                <property id="6030" dataType="DWord" userType="1" value="1" />\n' +
    '            </key>\n',
);

/** UTF-8 without BOM, LF, no newline at the end. */
export const mailServerConfig = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<!-- Written by the setup of the mail server. -->
<configuration>
    <system.applicationHost>
        <!-- <customMetadata><key path="LM/W3SVC/1"></key></customMetadata> -->
        <customMetadata>
${keys.join('')}        </customMetadata>
        <sites>
            <site name="Default Web Site" id="1" serverAutoStart="true">
                <application path="/" applicationPool="Mail Front Pool">
                    <virtualDirectory path="/" physicalPath="C:\\inetpub\\wwwroot" />
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation=":80:" />
                    <binding protocol="https" bindingInformation=":443:" />
                    <binding protocol="http" bindingInformation="127.0.0.1:80:" />
                    <binding protocol="https" bindingInformation="127.0.0.1:443:" />
                    <binding protocol="net.tcp" bindingInformation="808:*" />
                    <binding protocol="net.pipe" bindingInformation="*" />
                </bindings>
            </site>
            <site name="Mail Back End" id="2">
                <application path="/" applicationPool="Mail Back Pool" />
                <bindings>
                    <binding protocol="http" bindingInformation="*:81:" />
                    <binding protocol="https" bindingInformation="*:444:" />
                </bindings>
            </site>
        </sites>
    </system.applicationHost>
</configuration>`);
