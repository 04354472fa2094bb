// A site of a made configuration, as IIS writes it: by http and by https.

/** @param {string} host its name too @param {number} id */
export const site = (host, id) => `
            <site name="${host}" id="${id}" serverAutoStart="true">
                <application path="/" applicationPool="${host}">
                    <virtualDirectory path="/" physicalPath="D:\\sites\\${host}" />
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation="*:80:${host}" />
                    <binding protocol="https" bindingInformation="*:443:${host}" sslFlags="1" />
                </bindings>
            </site>`;
