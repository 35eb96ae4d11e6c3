import { serveApkReader } from '../../features/apps/apk/worker'

/** Not for people: the thread in which the server looks into an APK. */
serveApkReader()
