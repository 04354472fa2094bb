/* Makes a certificate with its key in the current user's store and drags it into the computer's, as the certificates
 * console does it: the context is added to the other store with all its properties, and deleted from its own. The key
 * stays where it is. Prints the SHA-1 of the certificate.
 *   x86_64-w64-mingw32-gcc -municode -O2 -s -Wall -o drag-certificate.exe drag-certificate.c -lcrypt32 -ladvapi32
 *   drag-certificate CONTAINER COMMON-NAME
 */
#include <windows.h>
#include <wincrypt.h>
#include <stdio.h>
#include <wchar.h>

static void require(BOOL fine, const char *what)
{
    if (fine) return;
    printf("%s: 0x%08lx\n", what, GetLastError());
    exit(1);
}

/* The registry's part of My alone: the logical store of a user would show the computer's certificates too. */
static HCERTSTORE my_store(DWORD place)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_REGISTRY_W, 0, 0, place, L"My");
    require(store != NULL, "CertOpenStore");
    return store;
}

/* A self-signed certificate whose key property names the container; flags 0 is the user's own keyset. */
static PCCERT_CONTEXT new_certificate(wchar_t *container, const wchar_t *common_name, HCRYPTPROV *provider)
{
    CRYPT_KEY_PROV_INFO info = { container, (wchar_t *)MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, 0, 0, NULL, AT_KEYEXCHANGE };
    BYTE encoded[512];
    CERT_NAME_BLOB subject = { sizeof encoded, encoded };
    wchar_t text[256];
    HCRYPTKEY key;
    PCCERT_CONTEXT made;

    require(CryptAcquireContextW(provider, container, info.pwszProvName, info.dwProvType, CRYPT_NEWKEYSET), "new keyset");
    require(CryptGenKey(*provider, AT_KEYEXCHANGE, (2048u << 16) | CRYPT_EXPORTABLE, &key), "CryptGenKey");
    swprintf(text, 256, L"CN=%ls", common_name);
    require(CertStrToNameW(X509_ASN_ENCODING, text, CERT_X500_NAME_STR, NULL, encoded, &subject.cbData, NULL), "CertStrToName");
    made = CertCreateSelfSignCertificate(*provider, &subject, 0, &info, NULL, NULL, NULL, NULL);
    require(made != NULL, "CertCreateSelfSignCertificate");
    require(CertSetCertificateContextProperty(made, CERT_KEY_PROV_INFO_PROP_ID, 0, &info), "key property");
    CryptDestroyKey(key);
    return made;
}

int wmain(int argc, wchar_t **argv)
{
    HCERTSTORE user, computer;
    HCRYPTPROV provider;
    PCCERT_CONTEXT made, stored;
    BYTE sha1[20];
    DWORD size = sizeof sha1, i;

    if (argc != 3) return 2;
    made = new_certificate(argv[1], argv[2], &provider);
    user = my_store(CERT_SYSTEM_STORE_CURRENT_USER);
    computer = my_store(CERT_SYSTEM_STORE_LOCAL_MACHINE);
    require(CertAddCertificateContextToStore(user, made, CERT_STORE_ADD_NEW, &stored), "add to the user's store");
    require(CertAddCertificateContextToStore(computer, stored, CERT_STORE_ADD_NEW, NULL), "add to the computer's store");
    require(CertGetCertificateContextProperty(stored, CERT_SHA1_HASH_PROP_ID, sha1, &size), "SHA-1");
    require(CertDeleteCertificateFromStore(stored), "delete from the user's store");
    CertCloseStore(user, 0);
    CertCloseStore(computer, 0);
    CryptReleaseContext(provider, 0);
    for (i = 0; i < size; i++) printf("%02X", sha1[i]);
    printf("\n");
    return 0;
}
