// Names of the facilities: which part of Windows a code comes from (winerror.h, ntstatus.h).

/** Facilities of an HRESULT. */
export const HRESULT_FACILITIES: Readonly<Record<number, string>> = {
  0: 'FACILITY_NULL',
  1: 'FACILITY_RPC',
  2: 'FACILITY_DISPATCH',
  3: 'FACILITY_STORAGE',
  4: 'FACILITY_ITF',
  7: 'FACILITY_WIN32',
  8: 'FACILITY_WINDOWS',
  9: 'FACILITY_SECURITY, FACILITY_SSPI',
  10: 'FACILITY_CONTROL',
  11: 'FACILITY_CERT',
  12: 'FACILITY_INTERNET',
  15: 'FACILITY_SETUPAPI',
  16: 'FACILITY_SCARD',
  17: 'FACILITY_COMPLUS',
  19: 'FACILITY_URT',
  25: 'FACILITY_HTTP',
  40: 'FACILITY_TPM_SERVICES',
  41: 'FACILITY_TPM_SOFTWARE',
};

/** Facilities of an NTSTATUS. */
export const NTSTATUS_FACILITIES: Readonly<Record<number, string>> = {
  0: 'no facility',
  1: 'FACILITY_DEBUGGER',
  2: 'FACILITY_RPC_RUNTIME',
  3: 'FACILITY_RPC_STUBS',
  4: 'FACILITY_IO_ERROR_CODE',
  7: 'FACILITY_NTWIN32',
  8: 'FACILITY_NTCERT',
  9: 'FACILITY_NTSSPI',
  10: 'FACILITY_TERMINAL_SERVER',
};
