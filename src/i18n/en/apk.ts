/** APKs: why a file is not taken, by the `why` of `apk_refused`. Each says what to do where there is something. */
export const apk = {
  refusal: {
    not_an_apk: 'This is not an APK. Upload the file as its maker has built it.',
    truncated: 'The end of the file is missing. Upload it again, or get it anew from its maker.',
    foreign_bytes: 'There is something in the file that does not belong there. Get it anew from its maker.',
    too_many_entries: 'There are more files in it than an APK can have.',
    duplicate_entry: 'It has the same file twice: readers could take one or the other. Ask its maker.',
    bad_entry_name: 'A file in it has a name that no build tool would give. Ask its maker.',
    encrypted_entry: 'It has encrypted files. Android installs no such APK.',
    unknown_compression: 'A file in it is compressed in a way that Android does not know.',
    wrong_size: 'A file in it is not what the directory says: the APK is damaged or forged. Get it anew.',
    too_large_when_unpacked: 'It would be far larger unpacked than any application is.',
    no_manifest: 'It has no AndroidManifest.xml: this is some other archive.',
    bad_manifest: 'Its AndroidManifest.xml cannot be read, or says what Android would not take.',
    bad_resources: 'Its resources.arsc cannot be read: the APK is damaged or forged.',
    split:
      'It is a part of an application, or a bundle of parts. Build one APK for all devices (a universal APK).',
    unsigned: 'Nobody has signed it. Sign it with apksigner, or ask its maker for the signed one.',
    bad_signature: 'Its signature does not hold: the file was changed after it was signed. Get it anew.',
    signature_stripped: 'A newer signature was taken out of it. Get it anew from its maker.',
    unknown_signature: 'It is signed in a way that psManager does not know. Sign it by scheme v2 or v3.',
    too_slow: 'Reading it took too long. Build it smaller, or ask its maker.',
    too_much_memory: 'Reading it took too much memory: the APK is damaged or forged.',
  },
} as const
