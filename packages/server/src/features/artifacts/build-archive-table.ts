/** Columns of `build_archives`: what the artifact of a build is as an archive, whatever it is packed by. */
export interface BuildArchiveTable {
  build_id: string;
  tar_sha256: string;
  tar_bytes: number;
  created_at: string;
}
