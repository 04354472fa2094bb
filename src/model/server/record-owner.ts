// Whose an SSL record is, by its application id. Only our own are ever changed.

import { IIS_APP_ID, type SslRecord } from './ssl-record.ts';

const NOBODY = '{00000000-0000-0000-0000-000000000000}';

/** Application ids that products are known to register their records under. */
const PRODUCTS: Readonly<Record<string, string>> = {
  [IIS_APP_ID]: 'IIS',
  '{ba195980-cd49-458b-9e23-c84ee0adcd75}': 'SSTP (Routing and Remote Access)',
  '{5d89a20c-beab-4389-9447-324788eb944a}': 'AD FS or Web Application Proxy',
  '{214124cd-d05b-4309-9af9-9caa44b2b74a}': 'IIS Express',
};

/** True where the record names no application: nobody can say whose it is. */
export const isOwnerless = ({ appId }: Pick<SslRecord, 'appId'>): boolean => appId === '' || appId === NOBODY;

/** Whether it is IIS's, or nobody's. */
export const isOurs = (record: Pick<SslRecord, 'appId'>): boolean => record.appId === IIS_APP_ID || isOwnerless(record);

/** The product's name. */
export const ownerName = (record: Pick<SslRecord, 'appId'>): string =>
  isOwnerless(record) ? 'nobody' : (PRODUCTS[record.appId] ?? 'another program');
