{{/* Files are mounted one by one, so that what the image itself has in the same folder stays visible. */}}
{{- define "workload.volumeMounts" -}}
{{- if or .files .secretFiles .config .volumes .security.writablePaths -}}
volumeMounts:
  {{- range $path, $content := .files }}
  - name: files
    mountPath: {{ $path }}
    subPath: {{ include "workload.fileKey" $path }}
    readOnly: true
  {{- end }}
  {{- with .secretFiles }}
  {{- range $path, $key := .paths }}
  - name: secret-files
    mountPath: {{ $path }}
    subPath: {{ $key }}
    readOnly: true
  {{- end }}
  {{- end }}
  {{- with .config }}
  - name: config
    mountPath: {{ .path }}
    readOnly: true
  {{- end }}
  {{- range $index, $volume := .volumes }}
  - name: volume-{{ $index }}
    mountPath: {{ $volume.path }}
  {{- end }}
  {{- range $index, $path := .security.writablePaths }}
  - name: writable-{{ $index }}
    mountPath: {{ $path }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "workload.volumes" -}}
{{- $service := .service }}
{{- $beside := include "workload.sidecarVolumes" $service | trim }}
{{- if or $service.files $service.secretFiles $service.config $service.volumes $service.security.writablePaths $beside -}}
volumes:
  {{- if $service.files }}
  - name: files
    configMap:
      name: {{ .name }}-files
      defaultMode: 0444
  {{- end }}
  {{- with $service.secretFiles }}
  - name: secret-files
    secret:
      secretName: {{ .name }}
      # Read by the owner alone, whom fsGroup makes the service's own user's group.
      defaultMode: 0400
      items:
        {{- range (values .paths | uniq | sortAlpha) }}
        - key: {{ . }}
          path: {{ . }}
        {{- end }}
  {{- end }}
  {{- if $service.config }}
  - name: config
    configMap:
      name: {{ .name }}-config
      defaultMode: 0444
  {{- end }}
  {{- $name := .name }}
  {{- range $index, $volume := $service.volumes }}
  - name: volume-{{ $index }}
    {{- if eq $volume.kind "scratch" }}
    emptyDir:
      sizeLimit: {{ $volume.size }}
    {{- else if eq $volume.kind "disk" }}
    # An EBS volume for each pod, made with it and gone with it.
    ephemeral:
      volumeClaimTemplate:
        spec:
          {{- include "workload.claim" $volume.size | nindent 10 }}
    {{- else if eq $volume.kind "shared" }}
    persistentVolumeClaim:
      claimName: {{ include "workload.sharedName" (dict "service" $name "volume" $volume) }}
    {{- else }}
    persistentVolumeClaim:
      claimName: {{ $name }}-{{ $index }}
    {{- end }}
  {{- end }}
  {{- range $index, $path := $service.security.writablePaths }}
  - name: writable-{{ $index }}
    emptyDir:
      sizeLimit: 1Gi
  {{- end }}
  {{- with $beside }}
  {{- . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A claim stays with its volume for ever, so another access point has another name. */}}
{{- define "workload.sharedName" -}}
{{ .volume.folder | default .service }}-{{ .volume.handle | sha256sum | trunc 8 }}
{{- end }}

{{- define "workload.claim" -}}
accessModes: [ReadWriteOnce]
storageClassName: gp3
resources:
  requests:
    storage: {{ . }}
{{- end }}

{{/* Mounts of the service's own volumes and scratch folders, for a container that reads its log files. */}}
{{- define "workload.writableMounts" -}}
{{- range $index, $volume := .volumes }}
- name: volume-{{ $index }}
  mountPath: {{ $volume.path }}
  readOnly: true
{{- end }}
{{- range $index, $path := .security.writablePaths }}
- name: writable-{{ $index }}
  mountPath: {{ $path }}
  readOnly: true
{{- end }}
{{- end }}
