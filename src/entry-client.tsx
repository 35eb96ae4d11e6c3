// @refresh reload
import { mount, StartClient } from '@solidjs/start/client'

const root = document.getElementById('app')

export default root === null ? undefined : mount(() => <StartClient />, root)
