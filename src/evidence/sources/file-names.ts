// Files of the evidence folder that no single command writes.

/** Lists the key files, one full path a line. */
export const KEY_FILES = 'key-files.txt';

/** Lists the folders of key files that are there and could not be listed, one full path a line. */
export const KEY_FOLDERS_UNREAD = 'key-folders-unread.txt';

/** Says that the users' own stores were looked at, also where no user has a certificate: archives lose empty folders. */
export const PROFILES_NOTE = 'profiles/README.txt';

/** Lists the files of the central certificate store, names only, one a line. */
export const CENTRAL_FILES = 'central-store/files.txt';

/** Lists the IP addresses of the server. */
export const ADDRESSES = 'addresses.txt';
