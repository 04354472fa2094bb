declare module 'postject' {
  /** Puts a resource into a program file, in place. */
  export function inject(
    file: string,
    resource: string,
    data: Uint8Array,
    options: { readonly sentinelFuse: string },
  ): Promise<void>;
}
