{{/* List items of `ports` of a container. */}}
{{- define "workload.containerPorts" -}}
{{- range . }}
- name: {{ .name }}
  containerPort: {{ .number | int }}
  protocol: {{ .protocol }}
{{- end }}
{{- end }}

{{/* Containers beside the service's own. They start before it, are there until it has ended, and restart by themselves. */}}
{{- define "workload.sidecars" -}}
{{- range $name, $sidecar := .sidecars }}
- name: {{ $name }}
  image: {{ $sidecar.image }}
  restartPolicy: Always
  {{- with $sidecar.command }}
  command:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $sidecar.arguments }}
  args:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with include "workload.containerPorts" $sidecar.ports | trim }}
  ports:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with include "workload.secretEnvFrom" $sidecar.secretEnvironment }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- $keys := dig "secretEnvironment" "keys" list $sidecar }}
  {{- if or $sidecar.environment $keys }}
  env:
    {{- with $sidecar.podFields }}
    {{- include "workload.podFields" . | trim | nindent 4 }}
    {{- end }}
    {{- range $key, $value := $sidecar.environment }}
    - name: {{ $key }}
      value: {{ $value | toString | quote }}
    {{- end }}
    {{- with $keys }}
    {{- include "workload.secretEnv" $sidecar.secretEnvironment | trim | nindent 4 }}
    {{- end }}
  {{- end }}
  resources:
    {{- toYaml $sidecar.resources | nindent 4 }}
  {{- range $kind, $probe := $sidecar.probes }}
  {{ $kind }}Probe:
    {{- toYaml $probe | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "workload.containerSecurity" true | nindent 4 }}
  {{- if or $sidecar.shares $sidecar.writablePaths }}
  volumeMounts:
    {{- range $path, $volume := $sidecar.shares }}
    - name: {{ $volume }}
      mountPath: {{ $path }}
    {{- end }}
    {{- range $index, $path := $sidecar.writablePaths }}
    - name: {{ $name }}-{{ $index }}
      mountPath: {{ $path }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Scratch folders of the containers beside the service's own. */}}
{{- define "workload.sidecarVolumes" -}}
{{- range $name, $sidecar := .sidecars }}
{{- range $index, $path := $sidecar.writablePaths }}
- name: {{ $name }}-{{ $index }}
  emptyDir:
    sizeLimit: 1Gi
{{- end }}
{{- end }}
{{- end }}

{{/* What a pod needs to know to ask for its Lease. */}}
{{- define "workload.electionEnv" -}}
- name: LEADER_ELECTION_LEASE
  value: {{ .lease }}
- name: LEADER_ELECTION_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: LEADER_ELECTION_IDENTITY
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- end }}
